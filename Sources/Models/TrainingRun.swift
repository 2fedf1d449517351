internal import Architectures
internal import Datasets
internal import Execution
internal import Files
internal import Images
internal import Networks
internal import Synchronization
internal import Tensors
internal import Training

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A recipe at work: its stages one after the other, each from the best epoch of the one before.
struct TrainingRun {
    let learning: TransferLearning
    private let network: Network
    let plans: [StagePlan]
    private let start: ContinuousClock.Instant
    let onEvent: @Sendable (TrainingEvent) -> Void
    /// The parameters as the last stage that was kept left them.
    private(set) var parameters: ParameterStore
    /// The nodes whose parameters are not those that the trunk came with.
    private var changed: Set<String> = []
    private var identity: [String: String] = [:]
    private var next = 0
    private var progress: StageProgress?
    /// What the whole trunk, or that of the first stage, gave when the pictures were examined.
    private var firstFeatures: FeatureMatrix?
    private var test: Metrics?
    private(set) var training: [Int] = []
    private var testing: [Int] = []

    /// The pictures to validate on.
    private(set) var validation: [Int] = []
    private(set) var split: Split?
    private(set) var standardization: Standardization?
    private(set) var records: [StageRecord] = []
    private(set) var decodeSeconds = 0.0
    private(set) var trunkSeconds = 0.0
    private(set) var stageSeconds: [Double] = []

    init(
        _ learning: TransferLearning, _ network: Network, _ plans: [StagePlan],
        start: ContinuousClock.Instant, onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) throws {
        self.learning = learning
        self.network = network
        self.plans = plans
        self.start = start
        self.onEvent = onEvent
        parameters = try learning.initialParameters(network)
        if !learning.recipe.isPretrained { changed = Set(network.nodes.map(\.name)) }
    }

    // MARK: Pictures

    /// Reads every picture, computes what the first stage needs of it, and splits the pictures.
    mutating func examine() async throws -> DoctorReport {
        let dataset = learning.dataset
        let examinations: [Examination]
        if let frozen = pictureNetwork(plans[0]) {
            let (result, found) = try await features(frozen)
            firstFeatures = result.features
            examinations = found
        } else {
            let count = dataset.samples.count
            examinations = try await Doctor.examine(dataset, threads: learning.threads) { [self] done, _ in
                tell(done: done, of: count, cached: 0, since: start)
            }
        }
        let report = DoctorReport(dataset, examinations)
        onEvent(.findings(report))
        if learning.isStrict { try report.requireEveryFile() }
        if let obstacle = Doctor.obstacles(to: dataset, examinations).first { throw obstacle }
        let share = learning.validationShare ?? TransferLearning.usualValidationShare
        let split = try Split(dataset, examinations, validationFraction: share, seed: learning.seed)
        self.split = split
        training = split.indices(of: .train, in: dataset)
        validation = split.indices(of: .validation, in: dataset)
        testing = split.indices(of: .test, in: dataset)
        onEvent(.split(SplitSummary(split, validationShare: share)))
        if dataset.task == .regression {
            standardization = Standardization(
                of: training.map { dataset.samples[$0].target.values }, width: dataset.classes.count)
        }
        identity = try identity(of: split)
        try takeUpCheckpoint()
        return report
    }

    /// What is frozen in a stage, as a network for pictures; `nil` where nothing is.
    private func pictureNetwork(_ plan: StagePlan) -> PictureNetwork? {
        guard let frozen = plan.cut.trunk else { return nil }
        return PictureNetwork(
            frozen, outputs: plan.cut.boundary, preprocessing: learning.trunk.preprocessing,
            precision: learning.trunk.precision
        ) { [parameters] in parameters }
    }

    private func tell(done: Int, of total: Int, cached: Int, since begin: ContinuousClock.Instant) {
        let seconds = (ContinuousClock().now - begin) / .seconds(1)
        onEvent(.features(FeatureProgress(done: done, total: total, cached: cached, seconds: seconds)))
    }

    /// Computes or finds what a frozen part gives for pictures, all where none are named, and tells how far that is.
    private mutating func features(
        _ network: PictureNetwork, _ variation: Variation? = nil, of pictures: [Int]? = nil
    ) async throws -> (PictureRunner.Result, [Examination]) {
        let begin = ContinuousClock().now
        let all = learning.dataset.samples
        let samples = pictures.map { $0.map { all[$0] } } ?? all
        let trunk = learning.trunk
        let collection =
            learning.usesCache
            ? try CachedFeatures.collection(
                of: network, parameters, changed: changed, architecture: trunk.architecture.name,
                publishedDigest: trunk.weights.digest, variation: variation, home: trunk.home) : nil
        let runner = PictureRunner(network, collection: collection, threads: learning.threads)
        let view = variation.map(PictureView.varied) ?? .plain
        let (result, examinations) = try await SampleFeatures.compute(samples, runner, views: [view]) {
            [self] done, cached in tell(done: done, of: samples.count, cached: cached, since: begin)
        }
        if let problems = collection?.problems, !problems.isEmpty { onEvent(.cacheProblems(problems)) }
        decodeSeconds += result.decodeSeconds
        trunkSeconds += result.trunkSeconds
        return (result, examinations)
    }

    /// What the trained part of a stage reads.
    private mutating func source(_ plan: StagePlan) async throws -> any BoundarySource {
        let stage = plan.stage
        // Used once: they are large.
        let found = firstFeatures.take()
        guard let frozen = pictureNetwork(plan), plan.isCached else { return try computed(plan) }
        let plain: FeatureMatrix
        if next == 0, let found {
            plain = found
        } else {
            plain = try await features(frozen).0.features
        }
        guard !stage.augmentation.isNone else { return CachedBoundary(plain) }
        var variants: [FeatureMatrix] = []
        for number in 0..<stage.variantCount {
            let variation = Variation(stage.augmentation, seed: learning.seed, number: number)
            variants.append(try await features(frozen, variation, of: training).0.features)
        }
        return CachedBoundary(plain, variants: variants, of: training)
    }

    /// What the trained part reads where nothing is cached: the pictures themselves, or what is frozen computed anew.
    private func computed(_ plan: StagePlan) throws -> ComputedBoundary {
        let trunk = learning.trunk
        let pictures =
            try pictureNetwork(plan)
            ?? PictureNetwork(
                Network(name: network.name, nodes: [network.nodes[0]]), preprocessing: trunk.preprocessing,
                precision: .float32
            ) { ParameterStore() }
        let samples = learning.dataset.samples
        return ComputedBoundary(
            pictures, threads: learning.threads, augmentation: plan.stage.augmentation,
            variants: plan.stage.variantLimit, seed: learning.seed
        ) { try samples[$0].loadedPicture() }
    }

    // MARK: Stages

    /// Trains the next stage, if there is one.
    ///
    /// - Returns: whether there was one.
    mutating func trainNextStage() async throws -> Bool {
        guard next < plans.count else { return false }
        let plan = plans[next]
        if let earlier = records.last, !earlier.isKept, plan.stage.isKeptOnlyIfBetter {
            skip(plan, after: earlier)
            return true
        }
        let begin = ContinuousClock().now
        onEvent(.stage(StageSummary(plan, number: next + 1, of: plans.count)))
        let trainer = try await trainer(plan)
        let initial = try parameters.subset(for: plan.cut.tail)
        let checkpoint = self.checkpoint
        let lastDurable = Mutex(ContinuousClock.now)
        let trained = try await trainer.train(
            initial, training: training, validation: validation, from: progress
        ) { [onEvent, learning] progress in
            guard let path = learning.checkpoint else { return }
            var checkpoint = checkpoint
            checkpoint.progress = progress
            // Waiting for the disk would take longer than many an epoch of a head.
            let isDurable = lastDurable.withLock { last in
                let now = ContinuousClock.now
                guard now - last >= .seconds(1) || Task.isCancelled else { return false }
                last = now
                return true
            }
            do {
                try checkpoint.write(to: path, isDurable: isDurable)
            } catch {
                onEvent(.checkpointProblem(path, "\(error)"))
            }
        } onEpoch: { [onEvent] report, seconds in
            onEvent(.epoch(stage: plan.stage.name, report, seconds: seconds))
        }
        progress = nil
        guard trained.best.validation.loss.isFinite else {
            try learning.removeCheckpoint()
            throw SettingError(
                "The learning rate of \(plan.stage.learningRate) in stage \(plan.stage.name)",
                found: "makes training diverge: the validation loss is not a finite number",
                remedy: "Use a smaller one")
        }
        let verdict = Verdict(trained.best.validation, before: best, plan.stage)
        let record = StageRecord(
            name: plan.stage.name, trainedNodes: plan.trainedNodes.sorted(), epochs: trained.epochs,
            bestEpoch: trained.best.epoch, isKept: verdict.isKept, reason: verdict.reason)
        if verdict.isKept {
            parameters = try parameters.merging(trained.parameters).subset(for: network)
            changed.formUnion(plan.trainedNodes)
            test = nil
            if !testing.isEmpty {
                test = try await trainer.evaluate(parameters.subset(for: plan.cut.tail), testing).all
            }
        }
        records.append(record)
        next += 1
        let seconds = (ContinuousClock().now - begin) / .seconds(1)
        stageSeconds.append(seconds)
        onEvent(.stageFinished(record, test: verdict.isKept ? test : nil, seconds: seconds))
        return true
    }

    /// What trains a stage, with all that it reads.
    mutating func trainer(_ plan: StagePlan) async throws -> StageTrainer {
        let source = try await source(plan)
        let objective = try Objective(
            learning.dataset.task, outputs: learning.dataset.classes,
            targets: learning.dataset.samples.map(\.target),
            stage: plan.stage, training: training, standardization: standardization)
        return StageTrainer(
            plan, objective: objective, source: source, precision: learning.trainingPrecision(plan),
            seed: learning.seed, threads: learning.threads(plan))
    }

    /// Passes over a stage that is for more of what did not pay.
    private mutating func skip(_ plan: StagePlan, after earlier: StageRecord) {
        let record = StageRecord(
            name: plan.stage.name, trainedNodes: plan.trainedNodes.sorted(), epochs: [], bestEpoch: 0,
            isKept: false, reason: "not tried, since \(earlier.name) was not kept")
        records.append(record)
        next += 1
        stageSeconds.append(0)
        onEvent(.stageFinished(record, test: nil, seconds: 0))
    }

    /// The seconds of the stages that trained the head alone, or of the others.
    func seconds(ofHead isHead: Bool) -> Double {
        zip(plans, stageSeconds).reduce(0) { $0 + ($1.0.isHeadAlone == isHead ? $1.1 : 0) }
    }

    /// The validation of the last stage that was kept.
    private var best: Metrics? { records.last { $0.isKept }?.best?.validation }

    /// What all stages together came to.
    func outcome() throws -> (parameters: ParameterStore, validation: Metrics, test: Metrics?) {
        guard let best else { throw CancellationError() }
        guard let standardization else { return (parameters, best, test) }
        return (try parameters.restoringUnits(standardization), best, test)
    }

    // MARK: Stopping and going on

    private var checkpoint: Checkpoint {
        // Records hold nothing that could not be encoded.
        let text = (try? JSONEncoder.ofEveryNumber().encode(Finished(records: records, test: test))).map {
            String(decoding: $0, as: UTF8.self)
        }
        var kept = ParameterStore()
        for parameter in network.parameters where changed.contains(parameter.node) {
            kept[parameter.name] = parameters[parameter.name]
        }
        return Checkpoint(
            identity: identity, finished: text ?? "", parameters: kept, stage: next, progress: nil)
    }

    /// What a checkpoint says of the stages that are done.
    private struct Finished: Codable {
        var records: [StageRecord]
        var test: Metrics?
    }

    /// All that the run depends on.
    private func identity(of split: Split) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        func text(_ value: some Encodable) throws -> String {
            SHA256Digest(of: Array(try encoder.encode(value))).hexadecimal
        }
        let targets = learning.dataset.samples.map(\.target)
        return [
            "data": try text(split), "labels": try text(targets), "recipe": try text(learning.recipe),
            "network": try text(network), "weights": learning.trunk.weights.digest.hexadecimal,
            "preprocessing": learning.trunk.preprocessing.canonicalText,
            "precision": learning.trunk.precision.rawValue, "seed": "\(learning.seed)",
            "number of threads": "\(learning.threads)", "version of Graft": GraftVersion.current,
        ]
    }

    private mutating func takeUpCheckpoint() throws {
        guard let path = learning.checkpoint, learning.resumes else { return }
        guard let checkpoint = try Checkpoint.read(path) else { return }
        try checkpoint.requireIdentity(identity, path: path)
        guard
            let finished = try? JSONDecoder.ofEveryNumber().decode(
                Finished.self, from: Data(checkpoint.finished.utf8)),
            finished.records.count == checkpoint.stage, checkpoint.stage < plans.count
        else {
            throw SettingError(path, found: "says things that cannot be", remedy: "Delete it and start again")
        }
        records = finished.records
        test = finished.test
        next = checkpoint.stage
        parameters = try parameters.merging(checkpoint.parameters).subset(for: network)
        for record in records where record.isKept { changed.formUnion(record.trainedNodes) }
        progress = checkpoint.progress
        onEvent(.resumed(stage: plans[next].stage.name, epochs: progress?.epochs ?? 0))
    }
}
