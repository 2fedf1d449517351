internal import GraftArchitectures
public import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
public import GraftTraining

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
    /// The pictures, and what is right for each.
    public let dataset: any Dataset
    /// The pretrained network without top.
    public internal(set) var trunk: Trunk
    /// What is trained, and how.
    public var recipe = Recipe.auto
    /// What all random numbers depend on.
    public var seed: UInt64 = 0
    /// The share of each class that is held out for validation: 0.2 where it is `nil`. Data that says itself
    /// which pictures are for validation takes none.
    public var validationShare: Double?
    /// Whether a picture that cannot be used stops everything, instead of being left out by name.
    public var isStrict = false
    /// Whether features are looked up and kept in the cache.
    public var usesCache = true
    /// The number of pictures that are worked on at once.
    public var threads = Machine.cores
    /// The file that holds where training is, written after each epoch and removed at the end; none where it
    /// is `nil`.
    public var checkpoint: String?
    /// Whether training goes on where the checkpoint says; a checkpoint that is there is an error otherwise.
    public var resumes = false

    /// From which work on eight bits are tried where the precision is left to Graft.
    package var trialThreshold = TrialThreshold.usual

    static let usualValidationShare = 0.2

    /// Training for these pictures.
    public init(_ dataset: any Dataset, trunk: Trunk) {
        self.dataset = dataset
        self.trunk = trunk
    }

    /// The network that is trained: the trunk with the recipe's head.
    func network() throws -> Network {
        try recipe.head.network(
            on: trunk.network, outputs: dataset.classes.count,
            activation: dataset.task.learning().activation)
    }

    /// The recipe's stages, resolved for the network.
    ///
    /// - Throws: where a stage names layers that are none, or has a setting without effect.
    func stagePlans(_ network: Network) throws -> [StagePlan] {
        let plans = try recipe.stages.map { stage in
            try stage.check(for: dataset.task)
            let nodes = try stage.trainable.nodes(in: network, of: trunk.architecture)
            let rates = try stage.learningRates(of: nodes, in: network, trunk.architecture)
            return try StagePlan(stage, network: network, trainedNodes: nodes, learningRates: rates)
        }
        if trunk.precision == .int8, !plans.contains(where: \.freezesConvolutions) {
            throw SettingError(
                "The precision int8", found: "has no effect: recipe \(recipe.name) freezes no convolution",
                remedy: "Use bf16, f32 or auto")
        }
        return plans
    }

    /// The parameters that training starts with: published ones and a new head, or random ones throughout.
    func initialParameters(_ network: Network) throws -> ParameterStore {
        let isPretrained = recipe.isPretrained
        let random = network.initialParameters(seed: seed) { !isPretrained || Head.contains($0.name) }
        guard isPretrained else { return random }
        return try trunk.loadParameters().merging(random).subset(for: network)
    }

    /// The arithmetic of a stage's trained part: a head alone is in f32, other parts are as what of the
    /// frozen one is not in eight bits.
    func trainingPrecision(_ plan: StagePlan) -> Precision {
        plan.isHeadAlone ? .float32 : trunk.precision.floating
    }

    /// The number of threads for a stage's trained part: a small head is too small for more than one.
    func threads(_ plan: StagePlan) -> Int {
        plan.trainedParameterCount < TransferLearning.largeHead && plan.isHeadAlone ? 1 : threads
    }

    /// How the numbers of these pictures become what a network is trained to give; `nil` where there are
    /// none.
    func standardization(_ pictures: [Int]) throws -> Standardization? {
        try dataset.task.learning().standardization(
            of: pictures.map { dataset.samples[$0].target }, width: dataset.classes.count)
    }

    /// What trains a stage.
    ///
    /// - Parameters:
    ///   - source: what its frozen part gives.
    ///   - training: the pictures to train on.
    func trainer(
        _ plan: StagePlan, on source: any BoundarySource, training: [Int], _ standardization: Standardization?
    ) throws -> StageTrainer {
        let objective = try Objective(
            dataset.task, outputs: dataset.classes, targets: dataset.samples.map(\.target),
            stage: plan.stage, training: training, standardization: standardization)
        return StageTrainer(
            plan, objective: objective, source: source, precision: trainingPrecision(plan), seed: seed,
            threads: threads(plan))
    }

    /// The number of parameters of a head that is much work.
    static let largeHead = 1 << 20

    /// Trains, and tells what happens on the way.
    ///
    /// - Parameter onEvent: is told of what happens, on an unspecified thread.
    /// - Throws: `DatasetError` where the data is too little or, if strict, has a bad file; where weights are
    ///   missing or do not fit, or a setting has no effect; `CancellationError` when the task is cancelled.
    ///   Features that were computed until then are kept, and so is the checkpoint.
    public func train(
        onEvent: @Sendable @escaping (TrainingEvent) -> Void = { _ in }
    ) async throws -> ModelBundle {
        let start = ContinuousClock.now
        try checkBeforeReading()
        let network = try network()
        let plans = try stagePlans(network)
        onEvent(.data(DataSummary(dataset)))
        onEvent(.trunk(trunk))
        if !dataset.task.rules.hasClasses, recipe.stages.contains(where: \.augmentation.changesGeometry) {
            onEvent(
                .remark(
                    "Numbers stay as they are when pictures are moved, turned or mirrored: leave that out where they are places."
                ))
        }
        let learning = try await choosingPrecision(network, plans, onEvent: onEvent)
        return try await learning.train(network, plans, since: start, onEvent: onEvent)
    }

    private func train(
        _ network: Network, _ plans: [StagePlan], since start: ContinuousClock.Instant,
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> ModelBundle {
        var run = try TrainingRun(self, network, plans, onEvent: onEvent)
        let report = try await run.examine()
        while try await run.trainNextStage() {}
        let outcome = try run.outcome()
        let quantization = run.quantization
        let precision = quantization == nil ? trunk.precision.floating : trunk.precision
        let seconds = StageSeconds(
            decode: run.frozen.decodeSeconds, trunk: run.frozen.trunkSeconds, head: run.seconds(ofHead: true),
            tuning: plans.allSatisfy(\.isHeadAlone) ? nil : run.seconds(ofHead: false),
            total: (ContinuousClock.now - start) / .seconds(1))
        let description = ModelDescription(
            graftVersion: GraftVersion.current, task: dataset.task, classes: dataset.classes,
            standardization: run.standardization, preprocessing: trunk.preprocessing,
            trunk: origin(precision), quantization: quantization, recipe: recipe, seed: seed,
            stages: run.records, validation: outcome.validation, test: outcome.test, split: run.split,
            leftOut: report.findings(.leftOut).map(LeftOutPicture.init),
            provenance: provenance(report, seconds))
        return ModelBundle(
            description, network: network, parameters: outcome.parameters,
            golden: try await golden(run.validation, network, outcome.parameters, precision, quantization))
    }

    /// Whether an interrupted training left a checkpoint at `path`.
    public static func hasCheckpoint(at path: String) -> Bool {
        // What cannot be looked at cannot be gone on from either.
        ((try? FileStatus.of(path)) ?? nil) != nil
    }

    /// Removes the checkpoint: to be called once the model is safe.
    public func removeCheckpoint() throws {
        if let checkpoint { try FileRemoval.remove(checkpoint) }
    }

    /// Stops before any picture is read where the data cannot do, however good the pictures are.
    func checkBeforeReading() throws {
        if let validationShare, dataset.hasValidation {
            throw SettingError(
                "The validation split of \(validationShare)",
                found: "has no effect: \(dataset.root) has its own validation pictures",
                remedy: "Leave it out, or give data without validation pictures")
        }
        if let checkpoint, TransferLearning.hasCheckpoint(at: checkpoint) != resumes {
            throw resumes
                ? SettingError(
                    checkpoint, found: "is not there: no training stopped here",
                    remedy: "\(.turnOff(.resumes)) to start from the beginning")
                : SettingError(
                    checkpoint, found: "is where an interrupted training stopped",
                    remedy: "\(.turnOn(.resumes)) to go on, or delete it to start again")
        }
        let assumed = dataset.samples.map { $0.assumedUsable }
        if let obstacle = Doctor.obstacles(to: dataset, assumed).first { throw obstacle }
    }

    private func origin(_ precision: Precision) -> TrunkOrigin {
        guard recipe.isPretrained else {
            return TrunkOrigin(
                architecture: trunk.architecture.name, weightsOrigin: "random", weightsFile: "",
                weightsDigest: SHA256Digest(of: "random parameters, seed \(seed)"), precision: precision
            )
        }
        return TrunkOrigin(
            architecture: trunk.architecture.name, weightsOrigin: trunk.weights.origin,
            weightsFile: trunk.weights.fileName, weightsDigest: trunk.weights.digest,
            precision: precision)
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
        _ validation: [Int], _ network: Network, _ parameters: ParameterStore, _ precision: Precision,
        _ quantization: Quantization?
    ) async throws -> GoldenExamples {
        let step = max(validation.count / TransferLearning.goldenCount, 1)
        let chosen = stride(from: 0, to: validation.count, by: step).prefix(TransferLearning.goldenCount)
        let images = chosen.compactMap { dataset.samples[validation[$0]].examine().image }
        let inputs = images.map { trunk.preprocessing.tensor(of: $0) }
        let shape = inputs.first?.shape.dimensions.dropFirst() ?? []
        let batch = Tensor(inputs.flatMap(\.floats), shape: Shape([images.count] + shape))
        let runner = PictureRunner(
            try PictureNetwork(
                network, preprocessing: trunk.preprocessing, precision: precision, quantization: quantization
            ) { parameters }.dividedAtFirstDense, threads: 1)
        let outputs = try await runner.outputs(for: batch)
        return GoldenExamples(
            inputs: batch,
            outputs: Tensor(outputs.flatMap { $0 }, shape: [images.count, dataset.classes.count]),
            precision: precision)
    }
}
