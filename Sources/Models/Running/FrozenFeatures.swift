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
    private let schedule: TrainingSchedule
    private let onEvent: @Sendable (TrainingEvent) -> Void
    /// What the frozen part of the first stage gave when the pictures were examined.
    private var examined: [Rows] = []
    /// How the network's convolutions are computed in eight bits, before anything was trained; `nil` where
    /// they are not.
    var quantization: Quantization?
    /// The digests of the pictures as they were first read: what is trained on is what was examined.
    private var digests: [SHA256Digest?] = []
    /// What is kept of pictures that were decoded.
    private let appearances: KnownAppearances
    private(set) var decodeSeconds = 0.0
    private(set) var trunkSeconds = 0.0

    /// What a pass gave: its rows, and the pictures that they are of.
    private struct Rows {
        var pass: FeaturePass
        var features: FeatureMatrix
        var pictures: [Int]
    }

    init(
        _ schedule: TrainingSchedule, onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) throws {
        self.schedule = schedule
        appearances = try KnownAppearances(schedule)
        self.onEvent = onEvent
    }

    private var plans: [StagePlan] { schedule.plans }

    /// Reads every picture, and computes what the first stage needs of it.
    mutating func examine(_ parameters: CurrentParameters) async throws -> [Examination] {
        let first = try await firstExaminations(parameters)
        let examinations = try await appearances.complete(first, onEvent)
        digests = examinations.map(\.digest)
        return examinations
    }

    private mutating func firstExaminations(_ parameters: CurrentParameters) async throws -> [Examination] {
        let passes = schedule.stages[0].examination
        guard !passes.isEmpty, let frozen = network(plans[0], parameters) else {
            let (count, start) = (schedule.dataset.samples.count, ContinuousClock().now)
            return try await Doctor.examine(schedule.dataset, threads: schedule.threads) {
                [onEvent] done, _ in
                onEvent(.features(FeatureProgress(done: done, total: count, cached: 0, since: start)))
            }
        }
        var examinations: [(picture: Int, examination: Examination)] = []
        for pass in passes {
            let pictures = pictures(pass.pictures, training: [], evaluated: [])
            let (features, found) = try await compute(frozen, ofStage: 0, parameters, pass, of: pictures)
            examined.append(Rows(pass: pass, features: features, pictures: pictures))
            examinations += zip(pictures, found).map { (picture: $0, examination: $1) }
        }
        return examinations.sorted { $0.picture < $1.picture }.map(\.examination)
    }

    /// The pictures of a group.
    private func pictures(_ group: PictureGroup, training: [Int], evaluated: [Int]) -> [Int] {
        let samples = schedule.dataset.samples
        return switch group {
        case .all: Array(samples.indices)
        case .training: training
        case .evaluated: evaluated
        case .givenTraining: samples.indices.filter { samples[$0].part == .train }
        case .givenOthers: samples.indices.filter { samples[$0].part != .train }
        }
    }

    /// What the trained part of a stage reads.
    ///
    /// - Parameters:
    ///   - number: the stage's position.
    ///   - training: the pictures to train on.
    ///   - evaluated: the pictures that validation and tests see.
    mutating func source(
        ofStage number: Int, _ parameters: CurrentParameters, training: [Int], evaluated: [Int]
    ) async throws -> any BoundarySource {
        let plan = plans[number]
        // Used once: they are large.
        let known = number == 0 ? examined : []
        examined = []
        let frozen = network(plan, parameters)
        guard let frozen, plan.isCached else { return try computed(plan, frozen) }
        var rows: [Rows] = []
        for pass in schedule.stages[number].passes {
            if let found = known.first(where: {
                $0.pass.variations == pass.variations && pass.pictures.isPart(of: $0.pass.pictures)
            }) {
                rows.append(found)
            } else {
                let pictures = pictures(pass.pictures, training: training, evaluated: evaluated)
                let features = try await compute(frozen, ofStage: number, parameters, pass, of: pictures).0
                rows.append(Rows(pass: pass, features: features, pictures: pictures))
            }
        }
        guard let plain = rows.first else { preconditionFailure("a stage that keeps features has a pass") }
        guard rows.count > 1 else { return CachedBoundary(plain.features) }
        return CachedBoundary(
            plain.features, of: plain.pictures, variants: rows[1].features,
            variantCount: rows[1].pass.variations.count, of: rows[1].pictures)
    }

    /// What the frozen part of the first stage gives for pictures as they are.
    mutating func plainFeatures(
        of pictures: [Int], _ parameters: CurrentParameters
    ) async throws -> (FeatureMatrix, [Examination]) {
        guard let frozen = network(plans[0], parameters) else { preconditionFailure("nothing is frozen") }
        let pass = FeaturePass(pictures: .all, variations: [])
        return try await compute(frozen, ofStage: 0, parameters, pass, of: pictures)
    }

    /// The number of these pictures whose features for the first stage are in the cache.
    func cachedCount(of pictures: some Sequence<Int>, _ parameters: CurrentParameters) throws -> Int {
        guard let frozen = network(plans[0], parameters) else { return 0 }
        let variation = plans[0].variations(seed: schedule.seed).first
        let collection = try collection(frozen, parameters, variation)
        return pictures.count { picture in
            let digest = schedule.dataset.samples[picture].load().examination.digest
            return digest.map(collection.contains) ?? false
        }
    }

    /// What is frozen in a stage, as a network for pictures; `nil` where nothing is.
    private func network(_ plan: StagePlan, _ parameters: CurrentParameters) -> PictureNetwork? {
        guard let frozen = plan.cut.trunk else { return nil }
        return PictureNetwork(
            frozen, outputs: plan.cut.boundary, preprocessing: schedule.trunk.preprocessing,
            precision: schedule.trunk.precision,
            quantization: quantization?.untouched(by: parameters.changed, in: frozen)
        ) { parameters.values }
    }

    /// Computes or finds what a frozen part gives for the pictures of a pass, and tells how far that is.
    private mutating func compute(
        _ network: PictureNetwork, ofStage number: Int, _ parameters: CurrentParameters,
        _ pass: FeaturePass, of pictures: [Int]
    ) async throws -> (FeatureMatrix, [Examination]) {
        let begin = ContinuousClock().now
        let samples = pictures.map { schedule.dataset.samples[$0] }
        let known = digests.isEmpty ? nil : pictures.map { digests[$0] }
        let wanted: [Variation?] = pass.variations.isEmpty ? [nil] : pass.variations
        let collections =
            schedule.usesCache ? try wanted.map { try collection(network, parameters, $0) } : []
        let taps = try taps(within: network, ofStage: number, parameters, wanted, pass.pictures)
        let microBatch = KnownMicroBatch(network, schedule, pictures: samples.count * wanted.count)
        let runner = PictureRunner(
            network, collections: collections, taps: taps, threads: schedule.threads, batch: microBatch.batch)
        let views = wanted.map { [$0.map(PictureView.varied) ?? .plain] }
        let told = Mutex(0)
        defer { appearances.flush() }
        let result = try await runner.run(count: samples.count, views: views) {
            samples[$0].load(expecting: known?[$0])
        } onPicture: { [onEvent, appearances, count = samples.count * wanted.count] event in
            appearances.keep(event.examination)
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
        if known != nil { try result.examinations.requireSamePictures() }
        decodeSeconds += result.decodeSeconds
        trunkSeconds += result.trunkSeconds
        return (result.features, result.examinations)
    }

    /// Where what a frozen part gives is kept.
    private func collection(
        _ network: PictureNetwork, _ parameters: CurrentParameters, _ variation: Variation?
    ) throws -> FeatureCollection {
        let trunk = schedule.trunk
        return try CachedFeatures.collection(
            of: network, parameters.values, changed: parameters.changed,
            architecture: trunk.architecture.name, publishedDigest: trunk.weights.digest,
            variation: variation, home: trunk.home)
    }

    /// What later stages read of the same pictures and variants, which the frozen part of this one computes
    /// on the way.
    private func taps(
        within network: PictureNetwork, ofStage number: Int, _ parameters: CurrentParameters,
        _ variations: [Variation?], _ group: PictureGroup
    ) throws -> [FeatureTap] {
        // Whole numbers are stored otherwise where they are no output.
        guard schedule.usesCache, network.quantization == nil else { return [] }
        var keys: Set<SHA256Digest> = []
        var taps: [FeatureTap] = []
        for (later, plan) in plans.enumerated().dropFirst(number + 1) {
            let trained = plans.trainedNodes(from: number, to: later)
            guard plans[number].computesOnTheWay(plan, trained: trained),
                let inner = self.network(plan, parameters)
            else { continue }
            let wanted = plan.variations(seed: schedule.seed)
            let collections = try variations.map { variation -> FeatureCollection? in
                if let variation, !wanted.contains(variation) { return nil }
                let collection = try collection(inner, parameters, variation)
                return keys.insert(collection.description.key).inserted ? collection : nil
            }
            // Training sees variants only. Where all pictures are at work, which of them are split off is not
            // known yet.
            var pictures: Set<Int>?
            if variations == [nil], !wanted.isEmpty, group == .all {
                let samples = schedule.dataset.samples
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
        let trunk = schedule.trunk
        let tail = plan.cut.tail
        let pictures =
            try frozen
            ?? PictureNetwork(
                Network(name: tail.name, nodes: [tail.nodes[0]]), preprocessing: trunk.preprocessing,
                precision: .float32
            ) { ParameterStore() }
        let samples = schedule.dataset.samples
        return ComputedBoundary(
            pictures, threads: schedule.threads, augmentation: plan.stage.augmentation,
            variants: plan.stage.variantLimit, seed: schedule.seed
        ) { [digests] in samples[$0].load(expecting: digests.isEmpty ? nil : digests[$0]) }
    }
}
