internal import GraftDatasets
internal import GraftFiles
public import GraftTraining

/// What a model does on labelled pictures.
///
/// ```swift
/// let evaluation = try await Evaluator(model).evaluate(photos)
/// for entry in evaluation.classes { print(entry.name, entry.top1) }
/// ```
public struct Evaluation: Sendable, Hashable, Codable {
    /// What it does on the pictures of one class.
    ///
    /// ```swift
    /// for result in evaluation.classes { print(result.name, result.top1) }
    /// ```
    public struct ClassResult: Sendable, Hashable, Codable {
        /// The name of the class.
        public var name: String
        /// The number of its pictures that count.
        public var images: Int
        /// The share of these pictures whose class is named first.
        public var top1: Double
        /// The average precision, where pictures have any number of classes.
        public var averagePrecision: Double?
    }

    /// How far off one of the numbers is.
    ///
    /// ```swift
    /// for result in evaluation.numbers ?? [] { print(result.name, result.errors.meanAbsolute) }
    /// ```
    public struct NumberResult: Sendable, Hashable, Codable {
        /// The name of the number.
        public var name: String
        /// The errors, in the data's units.
        public var errors: NumberErrors
    }

    /// The number of pictures that count.
    public var images: Int
    /// The number of pictures that could not be used.
    public var skipped: Int
    /// The number of pictures left out because the model was trained on them.
    public var trainedOn: Int
    /// Which pictures were chosen: a part of the data, or "all".
    public var part: String
    /// The mean loss.
    public var loss: Double
    /// The share of the pictures whose class is named first.
    public var top1: Double
    /// The share of the pictures whose class is among the first five.
    public var top5: Double
    /// The greatest and least true top-1 share that go with this one, at a confidence of 95%.
    public var top1Interval: [Double]
    /// The mean of the classes' average precisions, where pictures have any number of classes.
    public var meanAveragePrecision: Double?
    /// The errors of each number, where pictures have numbers.
    public var numbers: [NumberResult]?
    /// The classes that have pictures.
    public var classes: [ClassResult]
}

/// Folds answers into an evaluation: all that it says follows from what the model answers, and from what is right.
struct EvaluationFold {
    private let model: ModelBundle
    private let rules: any LearningRules
    private let trained: Set<SHA256Digest>
    private var metrics: any MetricsFold
    private var skipped = 0
    private var trainedOn = 0
    private(set) var images = 0

    /// - Parameter trained: the contents of pictures that do not count.
    init(_ model: ModelBundle, _ rules: any LearningRules, notCounting trained: Set<SHA256Digest>) {
        self.model = model
        self.rules = rules
        self.trained = trained
        metrics = rules.metrics(width: model.classes.count)
    }

    /// Adds what the model says of a picture.
    ///
    /// - Returns: whether the picture counts.
    mutating func add(_ answer: PictureAnswer, _ target: Target) -> Bool {
        guard let outputs = answer.answer?.outputs else {
            skipped += 1
            return false
        }
        if let digest = answer.examination.digest, trained.contains(digest) {
            trainedOn += 1
            return false
        }
        images += 1
        metrics.add(outputs, target, loss: rules.loss(of: outputs, target, model.standardization))
        return true
    }

    /// The evaluation of all pictures added.
    func evaluation(of part: String) -> Evaluation {
        let result = metrics.detailed
        let interval = result.all.top1Interval
        return Evaluation(
            images: images, skipped: skipped, trainedOn: trainedOn, part: part, loss: result.all.loss,
            top1: result.all.top1, top5: result.all.top5,
            top1Interval: [interval.lowerBound, interval.upperBound],
            meanAveragePrecision: result.all.meanAveragePrecision,
            numbers: result.all.errors.map { errors in
                zip(model.classes, errors).map { Evaluation.NumberResult(name: $0, errors: $1) }
            },
            classes: zip(model.classes, result.classes).filter { $1.images > 0 }.map {
                Evaluation.ClassResult(
                    name: $0, images: $1.images, top1: $1.top1, averagePrecision: $1.meanAveragePrecision)
            })
    }
}
