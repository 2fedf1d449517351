package import GraftFiles
internal import GraftTensors

/// Which picture is for training and which for validation: saved with a model.
///
/// A split is drawn per class, so that parts have the proportions of the whole, and depends on the pictures'
/// paths, labels and contents, the fraction and the seed, on nothing else. Copies of a photo are in the same
/// part: see `Copies`. A picture of several classes is drawn with those that have the same rarest class;
/// pictures of no class are drawn together, and so are pictures with numbers.
package struct Split: Sendable, Hashable, Codable {
    /// How the split came to be.
    package enum Origin: String, Sendable, Hashable, Codable {
        /// The data's own folders or files say it.
        case given
        /// Drawn at random from the training pictures.
        case drawn
    }

    /// One picture's place.
    package struct Member: Sendable, Hashable, Codable {
        /// The path relative to the data set's root.
        package let path: String
        /// The name of its class; of several, the names in the order of the classes, separated by semicolons;
        /// else empty.
        package let className: String
        /// The digest of its bytes.
        package let digest: SHA256Digest
        /// What the picture is for.
        package let part: Part

        /// A picture's place.
        package init(path: String, className: String, digest: SHA256Digest, part: Part) {
            self.path = path
            self.className = className
            self.digest = digest
            self.part = part
        }
    }

    /// How the split came to be.
    package let origin: Origin
    /// The seed of a drawn split.
    package let seed: UInt64?
    /// The usable pictures, in the data set's order.
    package let members: [Member]

    /// A split of these pictures.
    package init(origin: Origin, seed: UInt64?, members: [Member]) {
        self.origin = origin
        self.seed = seed
        self.members = members
    }

    /// Splits the usable pictures of a data set.
    ///
    /// Where the data set has a validation part its own parts hold. Else of its training pictures, or of all
    /// where it gives no parts, so many are set aside for validation.
    ///
    /// - Parameters:
    ///   - dataset: The data.
    ///   - examinations: What reading each sample showed, in the order of the samples.
    ///   - validationFraction: The part to set aside, above 0 and below 1. Each class keeps at least one
    ///     picture on either side where it has two that differ.
    ///   - seed: What the choice depends on.
    /// - Throws: ``DatasetError`` where the fraction is out of range.
    /// - Precondition: there is one examination a sample.
    package init(
        _ dataset: some Dataset, _ examinations: [Examination], validationFraction: Double, seed: UInt64
    ) throws(DatasetError) {
        guard validationFraction > 0, validationFraction < 1 else {
            let problem = Problem(
                "The validation split", found: "is \(validationFraction)",
                expected: "a number above 0 and below 1")
            throw DatasetError(.badRequest, problem)
        }
        precondition(examinations.count == dataset.samples.count, "one examination a sample")
        let found = zip(dataset.samples, examinations).filter { $1.isUsable }
        let keys = Copies.keys(found.map { ($0.path, $1) })
        let usable = zip(found, keys).compactMap { pair, key in
            pair.1.digest.map { (sample: pair.0, digest: $0, key: key ?? $0) }
        }
        let isGiven = usable.contains { $0.sample.part == .validation }
        var aside: Set<SHA256Digest> = []
        if !isGiven {
            let pool = usable.filter { $0.sample.part != .test }
            let strata = Strata(pool.map(\.sample.target), classes: dataset.classes)
            let picks = zip(pool, strata.indices).map { Pick(stratum: $1, digest: $0.key) }
            aside = Self.draw(picks, from: strata.names, fraction: validationFraction, seed: seed)
        }
        origin = isGiven ? .given : .drawn
        self.seed = isGiven ? nil : seed
        members = usable.map { sample, digest, key in
            let drawn: Part = aside.contains(key) ? .validation : .train
            let part = isGiven ? sample.part ?? .train : sample.part == .test ? .test : drawn
            let className = sample.target.classes.map { dataset.classes[$0] }.joined(separator: ";")
            return Member(path: sample.path, className: className, digest: digest, part: part)
        }
    }

    /// The number of pictures of a part.
    package func count(of part: Part) -> Int { members.reduce(0) { $0 + ($1.part == part ? 1 : 0) } }

    /// The indices of a part's samples in a data set, which may have gained and lost pictures since: by path.
    package func indices(of part: Part, in dataset: some Dataset) -> [Int] {
        let paths = Set(members.lazy.filter { $0.part == part }.map { ExactText($0.path) })
        return dataset.samples.indices.filter { paths.contains(ExactText(dataset.samples[$0].path)) }
    }

    private struct Pick {
        let stratum: Int
        /// What all copies of the picture share.
        let digest: SHA256Digest
    }

    /// The contents to set aside.
    private static func draw(
        _ pool: [Pick], from strata: [String], fraction: Double, seed: UInt64
    ) -> Set<SHA256Digest> {
        var byStratum = [[Pick]](repeating: [], count: strata.count)
        for pick in pool { byStratum[pick.stratum].append(pick) }
        let sizes = byStratum.map(\.count)
        let total = Int((Double(pool.count) * fraction).rounded())
        let wanted = Apportionment.shares(of: total, sizes: sizes) { $0 >= 2 ? 1 : 0 }
        var isAside: [SHA256Digest: Bool] = [:]
        for (stratum, picks) in byStratum.enumerated() {
            let want = min(wanted[stratum], max(sizes[stratum] - 1, 0))
            // One entry for each content, with how often this group has it, in an order that files cannot
            // influence.
            let counts = picks.reduce(into: [SHA256Digest: Int]()) { $0[$1.digest, default: 0] += 1 }
            var contents = counts.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            var generator = CounterGenerator(seed: seed, purpose: "split/" + strata[stratum])
            generator.shuffle(&contents)
            // Another group with the same content may have decided already.
            var got = contents.reduce(0) { $0 + (isAside[$1] == true ? counts[$1] ?? 0 : 0) }
            var kept = contents.reduce(0) { $0 + (isAside[$1] == false ? 1 : 0) }
            let free = contents.filter { isAside[$0] == nil }
            for (index, content) in free.enumerated() {
                let count = counts[content] ?? 0
                let isLast = index == free.count - 1
                let fits = got + count <= want || (got == 0 && want > 0)
                let mustStay = isLast && kept == 0
                isAside[content] = fits && !mustStay
                if isAside[content] == true { got += count } else { kept += 1 }
            }
        }
        return Set(isAside.filter(\.value).keys)
    }
}
