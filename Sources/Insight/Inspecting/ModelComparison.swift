package import GraftDatasets
internal import GraftFiles
package import GraftModels

/// Two models on the same pictures, each of one class.
package struct ModelComparison: Sendable, Codable {
    /// A picture on which the models differ.
    package struct Difference: Sendable, Codable {
        /// The picture.
        package var path: String
        /// Its class.
        package var given: String
        /// What the first model says.
        package var first: String
        /// What the second model says.
        package var second: String
    }

    /// The number of pictures.
    package var images: Int
    /// The share that each of them gets right.
    package var top1: [Double]
    /// The share of the pictures of which both say the same.
    package var agreement: Double
    /// The exact test of McNemar: whether one of them is better by more than chance.
    package var mcnemar: McNemar
    /// The pictures of which they say different things.
    package var differences: [Difference]

    /// Compares two models.
    ///
    /// - Throws: `SettingError` where one of them has other classes than the data, or learned something else.
    package init(
        _ first: Evaluator, _ second: Evaluator, on dataset: any Dataset,
        onProgress: (FeatureProgress) -> Void = { _ in }
    ) async throws {
        guard dataset.task.rules.classesPerPicture == .one else {
            throw SettingError(
                dataset.root, found: "is data for \(dataset.task.name)", expected: "one class a picture")
        }
        let (one, other) = (
            try await Inspection(first, dataset, onProgress: onProgress),
            try await Inspection(second, dataset, onProgress: onProgress)
        )
        let places = Dictionary(other.pictures.enumerated().map { ($1.sample.path, $0) }) { earlier, _ in
            earlier
        }
        var (rightA, rightB): ([Bool], [Bool]) = ([], [])
        var (same, differences): (Int, [Difference]) = (0, [])
        let (answersA, answersB) = (one.answers, other.answers)
        // Each model leaves out what it was trained on.
        for (position, picture) in one.pictures.enumerated() {
            guard let place = places[picture.sample.path] else { continue }
            let given = one.model.classes[picture.target.classes.first ?? 0]
            let said = (one.model.classes[answersA[position]], other.model.classes[answersB[place]])
            rightA.append(said.0 == given)
            rightB.append(said.1 == given)
            if said.0 == said.1 {
                same += 1
            } else {
                differences.append(
                    Difference(path: picture.sample.path, given: given, first: said.0, second: said.1))
            }
        }
        guard !rightA.isEmpty else {
            throw SettingError(dataset.root, found: "has no picture that neither model was trained on")
        }
        images = rightA.count
        let count = Double(images)
        top1 = [Double(rightA.count { $0 }) / count, Double(rightB.count { $0 }) / count]
        agreement = Double(same) / count
        mcnemar = McNemar(rightA: rightA, rightB: rightB)
        self.differences = differences
    }
}
