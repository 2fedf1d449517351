internal import GraftArchitectures
internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining
internal import Synchronization

/// What the frozen parts of a network give for the pictures of a run, and how long that took.
struct FrozenFeatures {
    private let learning: TransferLearning
    private let plans: [StagePlan]
    private let onEvent: @Sendable (TrainingEvent) -> Void
    /// What the frozen part of the first stage gave when the pictures were examined.
    private var examined: Examined?
    /// How the network's convolutions are computed in eight bits, before anything was trained; `nil` where
    /// they are not.
    var quantization: Quantization?
    private(set) var decodeSeconds = 0.0
    private(set) var trunkSeconds = 0.0

    private struct Examined {
        /// What pictures gave as they are, and which; all where none are named.
        var plain: FeatureMatrix
        var plainPictures: [Int]?
        /// What the variants of pictures gave, and of which, where they were computed.
        var variants: (features: FeatureMatrix, pictures: [Int])?

        /// Whether these are among the pictures as they are.
        func has(_ pictures: [Int]) -> Bool { plainPictures.map { Set($0).isSuperset(of: pictures) } ?? true }
    }

    init(
        _ learning: TransferLearning, _ plans: [StagePlan],
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) {
        self.learning = learning
        self.plans = plans
        self.onEvent = onEvent
    }

    /// Reads every picture, and computes what the first stage needs of it.
    mutating func examine(_ parameters: CurrentParameters) async throws -> [Examination] {
        guard let frozen = network(plans[0], parameters) else {
            let (count, start) = (learning.dataset.samples.count, ContinuousClock().now)
            return try await Doctor.examine(learning.dataset, threads: learning.threads) {
                [onEvent] done, _ in
                onEvent(.features(FeatureProgress(done: done, total: count, cached: 0, since: start)))
            }
        }
        let varied = picturesThatAreOnlyVaried
        guard !varied.isEmpty else {
            let (features, examinations) = try await compute(frozen, ofStage: 0, parameters)
            examined = Examined(plain: features)
            return examinations
        }
        let variations = plans[0].variations(seed: learning.seed)
        let variants = try await compute(frozen, ofStage: 0, parameters, variations, of: varied)
        let isVaried = Set(varied)
        let others = learning.dataset.samples.indices.filter { !isVaried.contains($0) }
        let plain = try await compute(frozen, ofStage: 0, parameters, of: others)
        examined = Examined(plain: plain.0, plainPictures: others, variants: (variants.0, varied))
        let examinations = zip(varied + others, variants.1 + plain.1).sorted { $0.0 < $1.0 }
        return examinations.map(\.1)
    }

    /// The pictures that the first stage sees variants of only: where it has any, those to train on, as far
    /// as the data says which.
    private var picturesThatAreOnlyVaried: [Int] {
        let samples = learning.dataset.samples
        guard !plans[0].variations(seed: learning.seed).isEmpty, !learning.resumes,
            learning.dataset.hasValidation
        else { return [] }
        return samples.indices.filter { samples[$0].part == .train }
    }

    /// What the trained part of a stage reads.
    ///
    /// - Parameters:
    ///   - number: the stage's position.
    ///   - training: the pictures that have variants.
    ///   - evaluated: the pictures that validation and tests see.
    mutating func source(
        ofStage number: Int, _ parameters: CurrentParameters, training: [Int], evaluated: [Int]
    ) async throws -> any BoundarySource {
        let plan = plans[number]
        // Used once: they are large.
        let examined = examined.take()
        let frozen = network(plan, parameters)
        guard let frozen, plan.isCached else { return try computed(plan, frozen) }
        let variations = plan.variations(seed: learning.seed)
        guard !variations.isEmpty else {
            if number == 0, let examined { return CachedBoundary(examined.plain) }
            return CachedBoundary(try await compute(frozen, ofStage: number, parameters).0)
        }
        // Training sees variants only.
        let plain: (features: FeatureMatrix, pictures: [Int]?)
        if number == 0, let examined, examined.has(evaluated) {
            plain = (examined.plain, examined.plainPictures)
        } else {
            plain = (try await compute(frozen, ofStage: number, parameters, of: evaluated).0, evaluated)
        }
        let variants: (features: FeatureMatrix, pictures: [Int])
        if number == 0, let known = examined?.variants, Set(known.pictures).isSuperset(of: training) {
            variants = known
        } else {
            let features = try await compute(
                frozen, ofStage: number, parameters, variations, of: training
            ).0
            variants = (features, training)
        }
        return CachedBoundary(
            plain.features, of: plain.pictures, variants: variants.features, variantCount: variations.count,
            of: variants.pictures)
    }

    /// What the frozen part of the first stage gives for pictures as they are.
    mutating func plainFeatures(
        of pictures: [Int], _ parameters: CurrentParameters
    ) async throws -> (FeatureMatrix, [Examination]) {
        guard let frozen = network(plans[0], parameters) else { preconditionFailure("nothing is frozen") }
        return try await compute(frozen, ofStage: 0, parameters, of: pictures)
    }

    /// The number of these pictures whose features for the first stage are in the cache.
    func cachedCount(of pictures: some Sequence<Int>, _ parameters: CurrentParameters) throws -> Int {
        guard let frozen = network(plans[0], parameters) else { return 0 }
        let variation = plans[0].variations(seed: learning.seed).first
        let collection = try collection(frozen, parameters, variation)
        return pictures.count { picture in
            let digest = learning.dataset.samples[picture].load().examination.digest
            return digest.map(collection.contains) ?? false
        }
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

    /// Computes or finds what a frozen part gives for pictures, all where none are named, and tells how far
    /// that is.
    ///
    /// - Parameter variations: a picture has a row for each of them; one for the picture as it is, where
    ///   there are none.
    private mutating func compute(
        _ network: PictureNetwork, ofStage number: Int, _ parameters: CurrentParameters,
        _ variations: [Variation] = [], of pictures: [Int]? = nil
    ) async throws -> (FeatureMatrix, [Examination]) {
        let begin = ContinuousClock().now
        let all = learning.dataset.samples
        let samples = pictures.map { $0.map { all[$0] } } ?? all
        let wanted: [Variation?] = variations.isEmpty ? [nil] : variations
        let collections =
            learning.usesCache ? try wanted.map { try collection(network, parameters, $0) } : []
        let taps = try taps(within: network, ofStage: number, parameters, wanted, of: pictures)
        let microBatch = KnownMicroBatch(network, learning, pictures: samples.count * wanted.count)
        let runner = PictureRunner(
            network, collections: collections, taps: taps, threads: learning.threads, batch: microBatch.batch)
        let views = wanted.map { [$0.map(PictureView.varied) ?? .plain] }
        let told = Mutex(0)
        let result = try await runner.run(count: samples.count, views: views) {
            samples[$0].load()
        } onPicture: { [onEvent, count = samples.count * wanted.count] event in
            told.withLock { told in
                // Never of fewer than before.
                guard event.done > told else { return }
                told = event.done
                onEvent(
                    .features(
                        FeatureProgress(done: event.done, total: count, cached: event.cached, since: begin)))
            }
        }
        microBatch.keep()
        let tapped = taps.flatMap(\.collections).compactMap(\.self)
        let problems = (collections + tapped).flatMap(\.problems)
        if !problems.isEmpty { onEvent(.cacheProblems(problems)) }
        decodeSeconds += result.decodeSeconds
        trunkSeconds += result.trunkSeconds
        return (result.features, result.examinations)
    }

    /// Where what a frozen part gives is kept.
    private func collection(
        _ network: PictureNetwork, _ parameters: CurrentParameters, _ variation: Variation?
    ) throws -> FeatureCollection {
        let trunk = learning.trunk
        return try CachedFeatures.collection(
            of: network, parameters.values, changed: parameters.changed,
            architecture: trunk.architecture.name, publishedDigest: trunk.weights.digest,
            variation: variation, home: trunk.home)
    }

    /// What later stages read of the same pictures and variants, which the frozen part of this one computes
    /// on the way.
    private func taps(
        within network: PictureNetwork, ofStage number: Int, _ parameters: CurrentParameters,
        _ variations: [Variation?], of chosen: [Int]?
    ) throws -> [FeatureTap] {
        // Whole numbers are stored otherwise where they are no output.
        guard learning.usesCache, network.quantization == nil else { return [] }
        var trained: Set<String> = []
        var keys: Set<SHA256Digest> = []
        var taps: [FeatureTap] = []
        for (earlier, plan) in zip(plans[number...], plans[number...].dropFirst()) {
            trained.formUnion(earlier.trainedNodes)
            guard plans[number].computesOnTheWay(plan, trained: trained),
                let inner = self.network(plan, parameters)
            else { continue }
            let wanted = plan.variations(seed: learning.seed)
            let collections = try variations.map { variation -> FeatureCollection? in
                if let variation, !wanted.contains(variation) { return nil }
                let collection = try collection(inner, parameters, variation)
                return keys.insert(collection.description.key).inserted ? collection : nil
            }
            // Training sees variants only. Where all pictures are at work, which of them are split off is not
            // known yet.
            var pictures: Set<Int>?
            if variations == [nil], !wanted.isEmpty, chosen == nil {
                let samples = learning.dataset.samples
                pictures = Set(samples.indices.filter { [.validation, .test].contains(samples[$0].part) })
            }
            guard collections.contains(where: { $0 != nil }), pictures?.isEmpty != true else { continue }
            taps.append(FeatureTap(inner.outputs, into: collections, of: pictures))
        }
        return taps
    }

    /// What the trained part reads where nothing is cached: the pictures themselves, or what is frozen
    /// computed anew.
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
        ) { samples[$0].load() }
    }
}
