internal import Architectures
public import Datasets
internal import Execution
internal import Files
internal import Images
internal import Networks
internal import Synchronization
internal import Tensors
public import Training

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Trains a model for a person's own pictures on top of a network that somebody trained for weeks.
///
/// ```swift
/// let photos = try ImageFolder("photos")
/// let trunk = try Trunk(.named("efficientnet_lite0"))
/// let model = try await TransferLearning(photos, trunk: trunk).train()
/// try model.save(to: "photos.graft")
/// ```
public struct TransferLearning: Sendable {
    /// The labelled pictures.
    public let dataset: any Dataset
    /// The frozen network whose features the head is trained on.
    public let trunk: Trunk
    /// How the head is trained.
    public var settings = HeadSettings()
    /// How the last part of the trunk is trained after the head; not at all where it is `nil`.
    public var fineTuning: FineTuning?
    /// The share of each class that is held out for validation: 0.2 where it is `nil`. Data that says itself which pictures are for
    /// validation takes none.
    public var validationShare: Double?
    /// Whether a picture that cannot be used stops everything, instead of being left out by name.
    public var isStrict = false
    /// Whether features are looked up and kept in the cache.
    public var usesCache = true
    /// The number of pictures that are worked on at once.
    public var threads = Machine.cores

    private static let usualValidationShare = 0.2

    /// Training of a head for these pictures.
    public init(_ dataset: any Dataset, trunk: Trunk) {
        self.dataset = dataset
        self.trunk = trunk
    }

    /// Trains, and tells what happens on the way.
    ///
    /// - Parameter onEvent: is told of what happens, on an unspecified thread.
    /// - Throws: `DatasetError` where the data is too little or, if strict, has a bad file; where weights are missing or do not
    ///   fit; `CancellationError` when the task is cancelled. Features that were computed until then are kept.
    public func train(
        onEvent: @Sendable @escaping (TrainingEvent) -> Void = { _ in }
    ) async throws -> ModelBundle {
        let clock = ContinuousClock()
        let start = clock.now
        try checkBeforeReading()
        onEvent(.data(DataSummary(dataset)))
        onEvent(.trunk(trunk))

        let samples = dataset.samples
        let (runner, result, examinations) = try await frozenFeatures(
            trunk.pictureNetwork, since: start, onEvent: onEvent)
        let report = DoctorReport(dataset, examinations)
        onEvent(.findings(report))
        if isStrict { try report.requireEveryFile() }
        if let obstacle = Doctor.obstacles(to: dataset, examinations).first { throw obstacle }
        let split = try Split(
            dataset, examinations,
            validationFraction: validationShare ?? TransferLearning.usualValidationShare, seed: settings.seed)
        func rows(_ part: Part) -> LabelledRows {
            let rows = split.indices(of: part, in: dataset).filter { samples[$0].label != nil }
            return LabelledRows(rows: rows, labels: rows.compactMap { samples[$0].label })
        }
        let (training, validation, test) = (rows(.train), rows(.validation), rows(.test))
        onEvent(
            .split(
                SplitSummary(split, validationShare: validationShare ?? TransferLearning.usualValidationShare)
            ))

        let headStart = clock.now
        let network = try trunk.network.appending(
            Head.nodes(
                after: trunk.network.output.name, classes: dataset.classes.count,
                dropoutRate: settings.dropoutRate))
        let tail = try network.ending(at: Head.dense).cut { $0.name == Head.dense }.tail
        let trainer = HeadTrainer(tail: tail, features: result.features, settings: settings)
        let head = try await trainer.train(
            Head.initialParameters(for: network, seed: settings.seed), training: training,
            validation: validation
        ) { onEvent(.epoch($0)) }
        guard head.best.validation.loss.isFinite else {
            throw SettingError(
                "The learning rate of \(settings.learningRate)",
                found: "makes training diverge: the validation loss is not a finite number",
                remedy: "Use a smaller one")
        }
        var testMetrics = test.count > 0 ? try await trainer.evaluate(head.parameters, test).all : nil
        let headSeconds = (clock.now - headStart) / .seconds(1)
        onEvent(.trained(TrainingResult(head, test: testMetrics, seconds: headSeconds)))

        var parameters = try runner.parameters().merging(head.parameters).subset(for: network)
        var best = head.best
        var record: FineTuningRecord?
        var tuningSeconds: Double?
        if let fineTuning {
            let tuningStart = clock.now
            let tuned = try await FineTuner(self, fineTuning, network: network, parameters: parameters)
                .train(training, validation, test, head: head.best, onEvent: onEvent)
            record = tuned.record
            tuningSeconds = (clock.now - tuningStart) / .seconds(1)
            if record?.bestEpoch != nil {
                parameters = try parameters.merging(tuned.trained.parameters).subset(for: network)
                best = tuned.trained.best
                testMetrics = tuned.test
            }
        }
        let seconds = StageSeconds(
            decode: result.decodeSeconds, trunk: result.trunkSeconds, head: headSeconds,
            tuning: tuningSeconds,
            total: (clock.now - start) / .seconds(1))
        return ModelBundle(
            graftVersion: GraftVersion.current, network: network, parameters: parameters,
            classes: dataset.classes, preprocessing: trunk.preprocessing, trunk: origin, settings: settings,
            epochs: head.epochs, bestEpoch: head.best.epoch, fineTuning: record, validation: best.validation,
            test: testMetrics, split: split, leftOut: report.findings(.leftOut).map(LeftOutPicture.init),
            provenance: provenance(report, seconds),
            golden: try await golden(validation.rows, network, parameters))
    }

    /// Computes or finds what a frozen part of the trunk gives for all samples, and tells how far that is.
    func frozenFeatures(
        _ network: PictureNetwork, since start: ContinuousClock.Instant,
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> (runner: PictureRunner, result: PictureRunner.Result, examinations: [Examination]) {
        let samples = dataset.samples
        let description = FeatureDescription(
            ofTrunk: network, weights: trunk.weights.digest, architecture: trunk.architecture.name)
        let collection = usesCache ? try CachedFeatures.cache(home: trunk.home).open(description) : nil
        let runner = PictureRunner(network, collection: collection, threads: threads)
        let (result, examinations) = try await SampleFeatures.compute(samples, runner) { done, cached in
            let seconds = (ContinuousClock().now - start) / .seconds(1)
            onEvent(
                .features(FeatureProgress(done: done, total: samples.count, cached: cached, seconds: seconds))
            )
        }
        if let problems = collection?.problems, !problems.isEmpty { onEvent(.cacheProblems(problems)) }
        return (runner, result, examinations)
    }

    /// Stops before any picture is read where the data cannot do, however good the pictures are.
    private func checkBeforeReading() throws {
        if let fineTuning { _ = try fineTuning.firstNode(in: trunk.network) }
        if let validationShare, dataset.samples.contains(where: { $0.part == .validation }) {
            throw SettingError(
                "The validation split of \(validationShare)",
                found: "has no effect: \(dataset.root) has its own validation pictures",
                remedy: "Leave it out, or give a folder without validation pictures")
        }
        try dataset.requireOneClassEach()
        let assumed = dataset.samples.map { $0.assumedUsable }
        if let obstacle = Doctor.obstacles(to: dataset, assumed).first { throw obstacle }
    }

    private var origin: TrunkOrigin {
        TrunkOrigin(
            architecture: trunk.architecture.name, weightsOrigin: trunk.weights.origin,
            weightsFile: trunk.weights.fileName, weightsDigest: trunk.weights.digest,
            precision: trunk.precision)
    }

    private func provenance(_ report: DoctorReport, _ seconds: StageSeconds) -> Provenance {
        let pictures = report.classes.reduce(into: [:]) { $0[$1.name] = $1.train + $1.validation }
        return Provenance(
            date: Date(),
            dataFolder: dataset.root.split(separator: "/").last.map(String.init) ?? dataset.root,
            pictures: pictures, processor: .current, oneDNN: Machine.oneDNNVersion, threads: threads,
            seconds: seconds)
    }

    /// The number of golden examples.
    private static let goldenCount = 3

    /// A few validation pictures as the network receives them, and its answers.
    private func golden(
        _ validation: [Int], _ network: Network, _ parameters: ParameterStore
    ) async throws -> GoldenExamples {
        let step = max(validation.count / TransferLearning.goldenCount, 1)
        let chosen = stride(from: 0, to: validation.count, by: step).prefix(TransferLearning.goldenCount)
        let images = chosen.compactMap { dataset.samples[validation[$0]].examine().image }
        let size = trunk.preprocessing
        let values = images.flatMap { size.tensor(of: $0).floats }
        let inputs = Tensor(values, shape: [images.count, size.height, size.width, 3])
        let outputs = try await ModelBundle.answers(
            to: inputs, network: network, parameters: parameters, precision: trunk.precision)
        return GoldenExamples(
            inputs: inputs, outputs: Tensor(outputs, shape: [images.count, dataset.classes.count]),
            precision: trunk.precision)
    }
}
