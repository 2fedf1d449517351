internal import GraftFiles
internal import GraftImages

/// Pictures of a data set that are there more than once.
struct Copies {
    private let dataset: any Dataset
    private let examinations: [Examination]

    /// - Precondition: there is one examination a sample.
    init(_ dataset: any Dataset, _ examinations: [Examination]) {
        self.dataset = dataset
        self.examinations = examinations
    }

    /// What is to be said of each but the first of the same pictures.
    var findings: [Finding] {
        let samples = dataset.samples
        var byLikeness: [SHA256Digest: [Int]] = [:]
        for (index, examination) in examinations.enumerated() where examination.isUsable {
            if let likeness = examination.likeness { byLikeness[likeness, default: []].append(index) }
        }
        let groups = byLikeness.values.filter { $0.count > 1 }
            .sorted { samples[$0[0]].path.utf8.lexicographicallyPrecedes(samples[$1[0]].path.utf8) }
        return groups.flatMap(repetitions)
    }

    /// What each repeated picture of a group means: the gravest of what holds against any of the earlier
    /// ones.
    private func repetitions(_ group: [Int]) -> [Finding] {
        let samples = dataset.samples
        let first = samples[group[0]]
        // The first of the earlier ones that is unlike the very first: between them, each other one has an
        // earlier one that it is unlike, if it has any.
        var otherTarget: Sample?
        var otherPart: Sample?
        return group.dropFirst().map { index in
            let sample = samples[index]
            defer {
                if otherTarget == nil, sample.target != first.target { otherTarget = sample }
                if otherPart == nil, sample.part != first.part { otherPart = sample }
            }
            if let other = sample.target != first.target ? first : otherTarget {
                let its = "\(dataset.task.rules.possessive) \(dataset.words(for: sample.target))"
                return finding(
                    .warning, .conflictingLabels, sample, other,
                    ", but \(its), not \(dataset.words(for: other.target))")
            }
            if let other = sample.part != first.part ? first : otherPart {
                return finding(.warning, .leakage, sample, other, ", which is in another part")
            }
            return finding(.note, .duplicate, sample, first, "")
        }
    }

    private func finding(
        _ severity: Finding.Severity, _ kind: Finding.Kind, _ sample: Sample, _ other: Sample, _ rest: String
    ) -> Finding {
        let message = "\(sample.path) is the same picture as \(other.path)\(rest)."
        return Finding(severity: severity, kind: kind, path: sample.path, message: message)
    }

    /// For each of some pictures, what it shares with those that have to stay in one part with it: the digest
    /// of one of them.
    ///
    /// These are copies of a photo: files of the same content, of the same coded pixels, or of the same name
    /// but for its ending in the same folder, as programs that convert pictures write them.
    static func keys(_ pictures: [(path: String, examination: Examination)]) -> [SHA256Digest?] {
        // What else stands behind a dot may be a number: scan.001, scan.002.
        let pictureEndings = Set(ImageFormat.allCases.flatMap(\.fileExtensions))
        var parents = Array(pictures.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parents[index] != index {
                parents[index] = parents[parents[index]]
                index = parents[index]
            }
            return index
        }
        var byLikeness: [SHA256Digest: Int] = [:]
        var byDigest: [SHA256Digest: Int] = [:]
        var byName: [ExactText: Int] = [:]
        func join<Key: Hashable>(_ key: Key?, _ index: Int, _ known: inout [Key: Int]) {
            guard let key else { return }
            if let other = known[key] {
                let (first, second) = (root(other), root(index))
                parents[max(first, second)] = min(first, second)
            } else {
                known[key] = index
            }
        }
        for (index, picture) in pictures.enumerated() {
            join(picture.examination.digest, index, &byDigest)
            join(picture.examination.likeness, index, &byLikeness)
            if pictureEndings.contains(picture.path.ending) {
                join(ExactText(picture.path.withoutEnding), index, &byName)
            }
        }
        // The least, so that the order of files has no influence.
        var least: [Int: SHA256Digest] = [:]
        for (index, picture) in pictures.enumerated() {
            guard let digest = picture.examination.digest else { continue }
            let group = root(index)
            if let other = least[group], !digest.bytes.lexicographicallyPrecedes(other.bytes) { continue }
            least[group] = digest
        }
        return pictures.indices.map { least[root($0)] }
    }
}
