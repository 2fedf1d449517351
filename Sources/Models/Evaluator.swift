public import GraftDatasets
public import GraftExecution
public import GraftFiles
internal import GraftNetworks
public import GraftTraining

/// What a model does on labelled pictures.
public struct Evaluation: Sendable, Hashable, Codable {
    /// What it does on the pictures of one class.
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

/// Evaluates a model on labelled pictures.
public struct Evaluator: Sendable {
    /// The model.
    public let bundle: ModelBundle
    /// The number of pictures that are worked on at once.
    public var threads = Machine.cores
    /// Whether features are looked up and kept in the cache.
    public var usesCache = true
    /// How many views of each picture are looked at, at least 1, as ``Predictor/viewCount`` tells. With more
    /// than one the cache is neither used nor filled.
    public var viewCount = 1
    /// The greatest number of pictures, drawn from the chosen part with the same share of each class; all
    /// where it is `nil`.
    public var limit: Int?
    /// The arithmetic; that in which the model was trained, where this processor is fast at it, if `nil`.
    public var precision: Precision?
    /// Whether pictures that the model was trained on count as well.
    public var includesTrainingPictures = false

    /// An evaluator.
    public init(_ bundle: ModelBundle) { self.bundle = bundle }

    /// Evaluates on the test part of the data, else its validation part, else all of it; pictures that the
    /// model was trained on do not count.
    ///
    /// - Parameters:
    ///   - dataset: the labelled pictures; its classes must be the model's.
    ///   - onProgress: is told how far the work is, on an unspecified thread.
    ///   - onFindings: is told what is wrong with the data.
    ///   - onCacheProblems: is told what is wrong with the feature cache, if anything.
    /// - Throws: `DatasetError` or ``SettingError`` where the classes are not the model's, nothing is left to
    ///   evaluate on, ``viewCount`` is above 1 and the model is of numbers, or the model was not calibrated
    ///   for the precision.
    public func evaluate(
        _ dataset: any Dataset, onProgress: @Sendable @escaping (FeatureProgress) -> Void = { _ in },
        onFindings: @Sendable @escaping (DoctorReport) -> Void = { _ in },
        onCacheProblems: @Sendable @escaping ([Problem]) -> Void = { _ in }
    ) async throws -> Evaluation {
        guard dataset.task == bundle.task else {
            throw SettingError(
                dataset.root, found: "is data for \(dataset.task.rawValue)",
                expected: "data for \(bundle.task.rawValue), for which the model was trained")
        }
        guard viewCount <= 1 || bundle.task != .regression else { throw SettingError.viewsOfNumbers }
        let labels = try modelLabels(of: dataset)
        let (part, chosen) = choose(dataset)
        var subset = DatasetSubset(dataset, indices: chosen)
        if let limit { subset = try DatasetSubset(subset, limit: limit, seed: 0) }
        let samples = subset.samples
        var stage = Stage(name: "evaluation", trainable: .head)
        stage.batchSize = Evaluator.batchSize
        let plan = try StagePlan(stage, network: bundle.network, trainedNodes: [Head.logits])
        let (features, examinations) = try await features(plan, samples, onProgress, onCacheProblems)
        let report = DoctorReport(subset, examinations)
        onFindings(report)
        let trained = trainedDigests(in: dataset)
        let usable = examinations.indices.filter { examinations[$0].isUsable }
        let counted = usable.filter { index in
            includesTrainingPictures || examinations[index].digest.map { !trained.contains($0) } ?? true
        }
        guard !counted.isEmpty else {
            throw SettingError(
                dataset.root, found: "has no picture to evaluate on that the model was not trained on",
                remedy: "Give other pictures, or add --include-training")
        }
        let objective = try Objective(
            bundle.task, outputs: bundle.classes,
            targets: samples.map { $0.target.mapped(by: labels) }, stage: stage, training: [],
            standardization: bundle.standardization, givesStandardized: false)
        let metrics =
            viewCount > 1
            ? objective.metrics(ofProbabilities: features, pictures: counted)
            : try await StageTrainer(
                plan, objective: objective, source: CachedBoundary(features), seed: 0, threads: threads
            ).evaluate(bundle.parameters.subset(for: plan.cut.tail), counted)
        let interval = metrics.all.top1Interval
        return Evaluation(
            images: counted.count, skipped: examinations.count - usable.count,
            trainedOn: usable.count - counted.count, part: part, loss: metrics.all.loss,
            top1: metrics.all.top1, top5: metrics.all.top5,
            top1Interval: [interval.lowerBound, interval.upperBound],
            meanAveragePrecision: metrics.all.meanAveragePrecision,
            numbers: metrics.all.errors.map { errors in
                zip(bundle.classes, errors).map { Evaluation.NumberResult(name: $0, errors: $1) }
            },
            classes: zip(bundle.classes, metrics.classes).filter { $1.images > 0 }.map {
                Evaluation.ClassResult(
                    name: $0, images: $1.images, top1: $1.top1, averagePrecision: $1.meanAveragePrecision)
            })
    }

    /// How many pictures go through the last layer at once.
    private static let batchSize = 256

    /// What the last layer reads, or with several views the means of their probabilities; and what reading
    /// each picture showed.
    private func features(
        _ plan: StagePlan, _ samples: [Sample], _ onProgress: @Sendable @escaping (FeatureProgress) -> Void,
        _ onCacheProblems: @Sendable @escaping ([Problem]) -> Void
    ) async throws -> (FeatureMatrix, [Examination]) {
        let start = ContinuousClock().now
        guard let trunk = plan.cut.trunk else {
            throw SettingError("The model", found: "has a single layer", remedy: "Train it again")
        }
        let hasViews = viewCount > 1
        let network = PictureNetwork(
            hasViews ? bundle.network : trunk, outputs: hasViews ? [] : plan.cut.boundary,
            preprocessing: bundle.preprocessing, precision: try bundle.precision(precision),
            quantization: bundle.quantization
        ) { [bundle] in bundle.parameters }
        let collection =
            usesCache && !hasViews
            ? try CachedFeatures.collection(
                of: network, bundle.parameters, changed: bundle.trainedNodes,
                architecture: bundle.trunk.architecture,
                publishedDigest: bundle.trunk.weightsDigest) : nil
        let runner = PictureRunner(network, collections: collection.map { [$0] } ?? [], threads: threads)
        let views = [hasViews ? PictureView.several(viewCount) : [.plain]]
        let (result, examinations) = try await SampleFeatures.compute(samples, runner, views: views) {
            done, cached in
            onProgress(FeatureProgress(done: done, total: samples.count, cached: cached, since: start))
        }
        if let problems = collection?.problems, !problems.isEmpty { onCacheProblems(problems) }
        return (result.features, examinations)
    }

    /// For each class of the data, its position among the model's.
    private func modelLabels(of dataset: any Dataset) throws -> [Int] {
        try dataset.classes.map { name in
            guard let label = bundle.classes.firstIndex(of: name) else {
                let known = bundle.classes.prefix(8).joined(separator: ", ")
                throw SettingError(
                    dataset.root, found: "has the class \(name), which the model does not know",
                    expected: "only classes of the model (\(known)\(bundle.classes.count > 8 ? ", …" : ""))",
                    remedy: "Name the folders like the model's classes")
            }
            return label
        }
    }

    private func choose(_ dataset: any Dataset) -> (String, [Int]) {
        let samples = dataset.samples
        for part in [Part.test, .validation] where samples.contains(where: { $0.part == part }) {
            return (part.rawValue, samples.indices.filter { samples[$0].part == part })
        }
        return ("all", Array(samples.indices))
    }

    /// The contents that the model was trained on.
    private func trainedDigests(in dataset: any Dataset) -> Set<SHA256Digest> {
        Set((bundle.split?.members ?? []).filter { $0.part == .train }.map(\.digest))
    }
}

extension Target {
    /// The same with other numbers for the classes.
    fileprivate func mapped(by labels: [Int]) -> Target {
        switch self {
        case .label(let label): .label(labels[label])
        case .labels(let found): .labels(found.map { labels[$0] }.sorted())
        case .numbers(let numbers): .numbers(numbers)
        }
    }
}
