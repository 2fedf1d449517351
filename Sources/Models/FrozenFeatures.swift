internal import Architectures
internal import Datasets
internal import Execution
internal import Files
internal import Images
internal import Networks
internal import Tensors
internal import Training

/// What the frozen parts of a network give for the pictures of a run, and how long that took.
struct FrozenFeatures {
    private let learning: TransferLearning
    private let onEvent: @Sendable (TrainingEvent) -> Void
    /// What the frozen part of the first stage gave when the pictures were examined.
    private var examined: FeatureMatrix?
    /// How the network's convolutions are computed in eight bits, before anything was trained; `nil` where they are not.
    var quantization: Quantization?
    private(set) var decodeSeconds = 0.0
    private(set) var trunkSeconds = 0.0

    init(_ learning: TransferLearning, onEvent: @Sendable @escaping (TrainingEvent) -> Void) {
        self.learning = learning
        self.onEvent = onEvent
    }

    /// Reads every picture, and computes what the first stage needs of it.
    mutating func examine(
        _ plan: StagePlan, _ parameters: CurrentParameters
    ) async throws -> [Examination] {
        guard let frozen = network(plan, parameters) else {
            let (count, start) = (learning.dataset.samples.count, ContinuousClock().now)
            return try await Doctor.examine(learning.dataset, threads: learning.threads) {
                [onEvent] done, _ in
                onEvent(.features(FeatureProgress(done: done, total: count, cached: 0, since: start)))
            }
        }
        let (features, examinations) = try await compute(frozen, parameters)
        examined = features
        return examinations
    }

    /// What the trained part of a stage reads.
    ///
    /// - Parameters:
    ///   - training: the pictures that have variants.
    ///   - evaluated: the pictures that validation and tests see.
    ///   - isFirst: whether the stage is that of the examination.
    mutating func source(
        _ plan: StagePlan, _ parameters: CurrentParameters, training: [Int], evaluated: [Int], isFirst: Bool
    ) async throws -> any BoundarySource {
        let stage = plan.stage
        // Used once: they are large.
        let examined = examined.take()
        let frozen = network(plan, parameters)
        guard let frozen, plan.isCached else { return try computed(plan, frozen) }
        let isVaried = !stage.augmentation.isNone
        let plain: FeatureMatrix
        var plainPictures: [Int]?
        if isFirst, let examined {
            plain = examined
        } else {
            // Training sees variants only.
            plainPictures = isVaried ? evaluated : nil
            plain = try await compute(frozen, parameters, of: plainPictures).0
        }
        guard isVaried else { return CachedBoundary(plain) }
        let variations = (0..<stage.variantCount).map {
            Variation(stage.augmentation, seed: learning.seed, number: $0)
        }
        let variants = try await compute(frozen, parameters, variations, of: training).0
        return CachedBoundary(
            plain, of: plainPictures, variants: variants, variantCount: variations.count, of: training)
    }

    /// What is frozen in a stage, as a network for pictures; `nil` where nothing is.
    private func network(_ plan: StagePlan, _ parameters: CurrentParameters) -> PictureNetwork? {
        guard let frozen = plan.cut.trunk else { return nil }
        return PictureNetwork(
            frozen, outputs: plan.cut.boundary, preprocessing: learning.trunk.preprocessing,
            precision: learning.trunk.precision,
            quantization: quantization?.untouched(by: parameters.changed, in: frozen)
        ) { parameters.values }
    }

    /// Computes or finds what a frozen part gives for pictures, all where none are named, and tells how far that is.
    ///
    /// - Parameter variations: a picture has a row for each of them; one for the picture as it is, where there are none.
    private mutating func compute(
        _ network: PictureNetwork, _ parameters: CurrentParameters, _ variations: [Variation] = [],
        of pictures: [Int]? = nil
    ) async throws -> (FeatureMatrix, [Examination]) {
        let begin = ContinuousClock().now
        let all = learning.dataset.samples
        let samples = pictures.map { $0.map { all[$0] } } ?? all
        let trunk = learning.trunk
        let wanted: [Variation?] = variations.isEmpty ? [nil] : variations
        let collections =
            learning.usesCache
            ? try wanted.map {
                try CachedFeatures.collection(
                    of: network, parameters.values, changed: parameters.changed,
                    architecture: trunk.architecture.name, publishedDigest: trunk.weights.digest,
                    variation: $0, home: trunk.home)
            } : []
        let runner = PictureRunner(network, collections: collections, threads: learning.threads)
        let views = wanted.map { [$0.map(PictureView.varied) ?? .plain] }
        let (result, examinations) = try await SampleFeatures.compute(samples, runner, views: views) {
            [onEvent, count = samples.count * wanted.count] done, cached in
            onEvent(.features(FeatureProgress(done: done, total: count, cached: cached, since: begin)))
        }
        let problems = collections.flatMap(\.problems)
        if !problems.isEmpty { onEvent(.cacheProblems(problems)) }
        decodeSeconds += result.decodeSeconds
        trunkSeconds += result.trunkSeconds
        return (result.features, examinations)
    }

    /// What the trained part reads where nothing is cached: the pictures themselves, or what is frozen computed anew.
    private func computed(_ plan: StagePlan, _ frozen: PictureNetwork?) throws -> ComputedBoundary {
        let trunk = learning.trunk
        let tail = plan.cut.tail
        let pictures =
            try frozen
            ?? PictureNetwork(
                Network(name: tail.name, nodes: [tail.nodes[0]]), preprocessing: trunk.preprocessing,
                precision: .float32
            ) { ParameterStore() }
        let samples = learning.dataset.samples
        return ComputedBoundary(
            pictures, threads: learning.threads, augmentation: plan.stage.augmentation,
            variants: plan.stage.variantLimit, seed: learning.seed
        ) { try samples[$0].loadedPicture() }
    }
}
