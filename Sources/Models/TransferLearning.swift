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
    /// The share of each class that is held out for validation, where the data does not say which pictures are.
    public var validationShare = 0.2
    /// Whether a picture that cannot be used stops everything, instead of being left out by name.
    public var isStrict = false
    /// Whether features are looked up and kept in the cache.
    public var usesCache = true
    /// The number of pictures that are worked on at once.
    public var threads = Machine.cores

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
        let samples = dataset.samples.filter { $0.part != .test }
        try Doctor.checkTrainable(classes: dataset.classes, samples: samples, root: dataset.root)
        onEvent(.data(DataSummary(dataset, samples)))
        onEvent(.trunk(trunk))

        let runner = try PictureRunner(trunk.pictureNetwork, collection: collection(), threads: threads)
        let (features, examinations) = try await SampleFeatures.compute(samples, runner) { done, cached in
            let seconds = (clock.now - start) / .seconds(1)
            onEvent(
                .features(FeatureProgress(done: done, total: samples.count, cached: cached, seconds: seconds)))
        }
        let findings = Doctor.findings(classes: dataset.classes, samples: samples, examinations: examinations)
        if !findings.isEmpty { onEvent(.findings(findings)) }
        if isStrict { try Doctor.checkComplete(findings) }

        let split = try Split(
            classes: dataset.classes, samples: samples, examinations: examinations,
            validationShare: validationShare, seed: settings.seed)
        onEvent(
            .split(
                SplitSummary(
                    training: split.training.count, validation: split.validation.count, source: split.source)))

        let headStart = clock.now
        let network = try trunk.network.appending(
            Head.nodes(
                after: trunk.network.output.name, classes: dataset.classes.count,
                dropoutRate: settings.dropoutRate))
        let tail = try network.ending(at: Head.dense).cut { $0.name == Head.dense }.tail
        let head = try await HeadTrainer(tail: tail, features: features.features, settings: settings).train(
            Head.initialParameters(for: network, seed: settings.seed),
            training: rows(split.training, samples), validation: rows(split.validation, samples)
        ) { onEvent(.epoch($0)) }
        let headSeconds = (clock.now - headStart) / .seconds(1)
        onEvent(.trained(best: head.best, seconds: headSeconds))

        let parameters = try runner.parameters().merging(head.parameters).subset(for: network)
        let seconds = StageSeconds(
            decode: features.decodeSeconds, trunk: features.trunkSeconds, head: headSeconds,
            total: (clock.now - start) / .seconds(1))
        return ModelBundle(
            graftVersion: GraftVersion.current, network: network, parameters: parameters,
            classes: dataset.classes, preprocessing: trunk.preprocessing, trunk: origin, settings: settings,
            epochs: head.epochs, bestEpoch: head.best.epoch, validation: head.best.validation,
            split: BundleSplit(
                seed: settings.seed, source: split.source, training: split.training.map { samples[$0].path },
                validation: split.validation.map { samples[$0].path }),
            leftOut: LeftOutPicture.all(in: examinations), provenance: provenance(samples, seconds),
            golden: try await golden(samples, split.validation, network, parameters))
    }

    private func collection() throws -> FeatureCollection? {
        usesCache ? try CachedFeatures.cache(home: trunk.home).open(trunk.features) : nil
    }

    private func rows(_ indices: [Int], _ samples: [Sample]) -> LabelledRows {
        LabelledRows(rows: indices, labels: indices.map { samples[$0].label })
    }

    private var origin: TrunkOrigin {
        TrunkOrigin(
            architecture: trunk.architecture.name, weightsOrigin: trunk.weights.origin,
            weightsFile: trunk.weights.fileName, weightsDigest: trunk.weights.digest,
            precision: trunk.precision)
    }

    private func provenance(_ samples: [Sample], _ seconds: StageSeconds) -> Provenance {
        let summary = DataSummary(dataset, samples)
        let pictures = summary.classes.reduce(into: [:]) { $0[$1.name] = $1.pictures }
        return Provenance(
            date: Date(), dataFolder: dataset.root.split(separator: "/").last.map(String.init) ?? dataset.root,
            pictures: pictures, processor: .current, oneDNN: Machine.oneDNNVersion, threads: threads,
            seconds: seconds)
    }

    /// The number of golden examples.
    private static let goldenCount = 3

    /// A few validation pictures as the network receives them, and its answers.
    private func golden(
        _ samples: [Sample], _ validation: [Int], _ network: Network, _ parameters: ParameterStore
    ) async throws -> GoldenExamples {
        let step = max(validation.count / TransferLearning.goldenCount, 1)
        let chosen = stride(from: 0, to: validation.count, by: step).prefix(TransferLearning.goldenCount)
        let images = chosen.compactMap { samples[validation[$0]].examine().image }
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
