package import GraftDatasets
internal import GraftFiles
internal import GraftImages

/// What can be said of a data set's pictures beside each other: which are nearly the same, which have another class than
/// they should, which are unlike the others, and what gives their class away.
package struct DataInsight {
    private let dataset: any Dataset
    private let examinations: [Examination]
    /// The usable pictures whose look is known.
    private let known: [Int]

    /// What is known of the pictures of a data set.
    ///
    /// - Precondition: there is one examination a sample.
    package init(_ dataset: any Dataset, _ examinations: [Examination]) {
        self.dataset = dataset
        self.examinations = examinations
        known = examinations.indices.filter {
            examinations[$0].isUsable && examinations[$0].appearance != nil
        }
    }

    /// How many parts a cross-validation has.
    private static let folds = 5

    /// All findings that need no features.
    package func findings() -> [Finding] {
        let properties = known.compactMap { examinations[$0].appearance?.properties }
        let unusual = UnusualPictures.findings(
            zip(known, properties).map { (dataset.samples[$0].path, $1) })
        return nearDuplicates() + revealing(properties) + unusual
    }

    /// Findings by what a network sees: wrong labels and outliers, of data with one class a picture.
    ///
    /// - Parameter vectors: of length 1, one a sample; `nil` where the picture cannot be used.
    package func findings(_ vectors: [[Float]?], threads: Int) async -> [Finding] {
        guard dataset.task.rules.classesPerPicture == .one else { return [] }
        let usable = examinations.indices.filter {
            vectors[$0] != nil && dataset.samples[$0].target.classes.count == 1
        }
        guard usable.count >= 2 * Self.folds else { return [] }
        let labels = usable.map { dataset.samples[$0].target.classes[0] }
        let judge = LabelJudge(
            paths: usable.map { dataset.samples[$0].path }, vectors: usable.compactMap { vectors[$0] },
            labels: labels, classes: dataset.classes,
            folds: Folds(labels: labels, groups: groups(usable), count: Self.folds))
        return await judge.findings(threads: threads)
    }

    /// Pictures with the same pixels are of one group.
    private func groups(_ pictures: [Int]) -> [Int] {
        var first: [UInt64: Int] = [:]
        return pictures.enumerated().map { position, picture in
            guard let pixels = examinations[picture].appearance?.pixels else { return position }
            if let group = first[pixels] { return group }
            first[pixels] = position
            return position
        }
    }

    private func nearDuplicates() -> [Finding] {
        let hashes = examinations.indices.map { index -> PictureHash? in
            guard examinations[index].isUsable, let appearance = examinations[index].appearance,
                appearance.contrast == .usual
            else { return nil }
            return appearance.properties.hash
        }
        let samples = dataset.samples
        let pairs = NearDuplicates.candidates(hashes).filter { pair in
            // The same pixels are told as copies already.
            examinations[pair.first].appearance?.pixels != examinations[pair.second].appearance?.pixels
        }
        var found: [Finding] = []
        for pair in pairs {
            guard let first = samples[pair.first].load().decode().image,
                let second = samples[pair.second].load().decode().image,
                NearDuplicates.areAlike(first, second, symmetry: pair.symmetry)
            else { continue }
            found.append(finding(pair))
        }
        return found
    }

    private func finding(_ pair: NearDuplicates.Pair) -> Finding {
        let (first, second) = (dataset.samples[pair.first], dataset.samples[pair.second])
        var message = "\(second.path) is nearly the same picture as \(first.path)"
        if pair.symmetry > 0 { message += ", mirrored or turned" }
        var severity = Finding.Severity.note
        if first.target != second.target {
            let words = (dataset.words(for: second.target), dataset.words(for: first.target))
            (severity, message) = (.warning, message + ", but \(words.0), not \(words.1)")
        } else if first.part != second.part {
            (severity, message) = (.warning, message + ", which is in another part")
        }
        return Finding(
            severity: severity, kind: .nearDuplicate, path: second.path, other: first.path,
            score: 1 - Double(pair.distance) / 63, message: message + ".")
    }

    private func revealing(_ properties: [PictureProperties]) -> [Finding] {
        guard dataset.task.rules.classesPerPicture == .one, properties.count == known.count else { return [] }
        let labelled = known.indices.filter { dataset.samples[known[$0]].target.classes.count == 1 }
        let labels = labelled.map { dataset.samples[known[$0]].target.classes[0] }
        let folds = Folds(labels: labels, groups: groups(labelled.map { known[$0] }), count: Self.folds)
        let pictures = labelled.map { place in
            var format: ImageFormat?
            if case .usable(let found, _, _) = examinations[known[place]].outcome { format = found }
            return (properties: properties[place], format: format)
        }
        return RevealingProperties.findings(pictures, labels: labels, classes: dataset.classes, folds: folds)
    }
}
