package import GraftDatasets
package import GraftFiles
package import GraftModels
internal import GraftTraining

/// A labelled picture, and what a model says of it.
package struct InspectedPicture: Sendable {
    /// The picture.
    package let sample: Sample
    /// What is right, in the model's own order of names.
    package let target: Target
    /// What the model gives: probabilities, or numbers.
    package let outputs: [Float]
    /// What the model sees in it, as a vector of length 1; `nil` where it has none.
    package let vector: [Float]?
    /// Whether it is unlike anything that the model was trained on.
    package let isUnlike: Bool
}

/// What a model says of labelled pictures, each and all together.
package struct Inspection: Sendable {
    /// The model.
    package let model: ModelBundle
    /// How good it is.
    package let evaluation: Evaluation
    /// The pictures that count, in the data's order.
    package let pictures: [InspectedPicture]
    /// The position of each picture's greatest output.
    package let answers: [Int]
    /// The statistics of pictures with one class each; `nil` for others.
    package let classification: ClassificationStatistics?
    /// The statistics of pictures with any number of classes; `nil` for others.
    package let multiLabel: MultiLabelStatistics?

    /// Asks a model about pictures.
    ///
    /// - Parameters:
    ///   - evaluator: how it is asked.
    ///   - dataset: the pictures; of these the test part, else the validation part, else all.
    ///   - onProgress: is told how far the work is.
    package init(
        _ evaluator: Evaluator, _ dataset: any Dataset, onProgress: (FeatureProgress) -> Void = { _ in },
        onFindings: (DoctorReport) -> Void = { _ in }, onCacheProblems: ([Problem]) -> Void = { _ in }
    ) async throws {
        model = evaluator.bundle
        var pictures: [InspectedPicture] = []
        evaluation = try await evaluator.evaluate(
            dataset, onProgress: onProgress, onFindings: onFindings, onCacheProblems: onCacheProblems
        ) {
            sample, target, answer in
            pictures.append(
                InspectedPicture(
                    sample: sample, target: target, outputs: answer.answer?.outputs ?? [],
                    vector: answer.vector,
                    isUnlike: answer.isUnlike))
        }
        self.pictures = pictures
        answers = pictures.map { picture in
            picture.outputs.indices.min { picture.outputs[$0] > picture.outputs[$1] } ?? 0
        }
        let (rules, count) = (model.task.rules, model.classes.count)
        classification =
            rules.classesPerPicture == .one && !pictures.isEmpty
            ? ClassificationStatistics(
                labels: pictures.map { $0.target.classes.first ?? 0 }, probabilities: pictures.map(\.outputs),
                classCount: count) : nil
        multiLabel =
            rules.classesPerPicture == .any && !pictures.isEmpty
            ? MultiLabelStatistics(
                targets: pictures.map { picture in
                    var row = [Bool](repeating: false, count: count)
                    for label in picture.target.classes { row[label] = true }
                    return row
                }, probabilities: pictures.map(\.outputs)) : nil
    }

    /// The pictures on which a model was validated when it was trained; `nil` where the data has none of them.
    package static func validationPart(of model: ModelBundle, in dataset: any Dataset) -> DatasetSubset? {
        let paths = Set((model.split?.members ?? []).filter { $0.part == .validation }.map(\.path))
        let indices = dataset.samples.indices.filter { paths.contains(dataset.samples[$0].path) }
        return indices.isEmpty ? nil : DatasetSubset(dataset, indices: indices)
    }

    /// Which pictures these are, in words.
    package var partWords: String { evaluation.part == "all" ? "labelled" : evaluation.part }

    /// Whether pictures have one class each.
    package var hasOneClassEach: Bool { model.task.rules.classesPerPicture == .one }

    /// How far probabilities can be believed; `nil` where pictures have not one class each.
    package var calibration: Calibration? {
        guard hasOneClassEach, !pictures.isEmpty else { return nil }
        return Calibration(
            labels: pictures.map { $0.target.classes.first ?? 0 }, probabilities: pictures.map(\.outputs))
    }
}
