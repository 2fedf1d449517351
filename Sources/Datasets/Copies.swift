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
        let usable = examinations.indices.filter { examinations[$0].isUsable }
        var groups = DisjointGroups(count: usable.count)
        for (position, index) in usable.enumerated() { groups.join(position, examinations[index]) }
        return groups.members().filter { $0.count > 1 }
            .map { $0.map { usable[$0] } }
            .sorted { samples[$0[0]].path.utf8.lexicographicallyPrecedes(samples[$1[0]].path.utf8) }
            .flatMap(repetitions)
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
        return Finding(
            severity: severity, kind: kind, path: sample.path, other: other.path, message: message)
    }

    /// For each of some pictures, what it shares with those that have to stay in one part with it: the digest
    /// of one of them.
    ///
    /// These are copies of a photo: files of the same content, of the same pixels, or of the same name but for
    /// its ending in the same folder, as programs that convert pictures write them.
    static func keys(_ pictures: [(path: String, examination: Examination)]) -> [SHA256Digest?] {
        // What else stands behind a dot may be a number: scan.001, scan.002.
        let pictureEndings = Set(ImageFormat.allCases.flatMap(\.fileExtensions))
        var groups = DisjointGroups(count: pictures.count)
        for (index, picture) in pictures.enumerated() {
            groups.join(index, picture.examination)
            if pictureEndings.contains(picture.path.ending) {
                groups.join(index, by: .name(ExactText(picture.path.withoutEnding)))
            }
        }
        // The least, so that the order of files has no influence.
        var least: [Int: SHA256Digest] = [:]
        for (index, picture) in pictures.enumerated() {
            guard let digest = picture.examination.digest else { continue }
            let group = groups.first(of: index)
            if let other = least[group], !digest.bytes.lexicographicallyPrecedes(other.bytes) { continue }
            least[group] = digest
        }
        return pictures.indices.map { least[groups.first(of: $0)] }
    }
}

extension DisjointGroups {
    /// Puts a picture to those that show the same.
    fileprivate mutating func join(_ index: Int, _ examination: Examination) {
        if let digest = examination.digest { join(index, by: .content(digest)) }
        if let likeness = examination.likeness { join(index, by: .content(likeness)) }
        if let appearance = examination.appearance { join(index, by: .pixels(appearance.pixels)) }
    }
}
