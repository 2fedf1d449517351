internal import GraftArchitectures
package import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
package import GraftTraining

/// Everything that a training will do, made from its settings and checked before any work: which network, what of
/// it is trained in which stage, and what is computed of which pictures, when, and kept where.
///
/// ``train(onEvent:)`` does it, ``outline(seconds:)`` tells it with a short measurement.
///
/// ```swift
/// let schedule = try TransferLearning(photos, trunk: trunk).schedule()
/// print(try await schedule.outline().seconds)
/// let model = try await schedule.train()
/// ```
public struct TrainingSchedule: Sendable {
    /// The pictures, and what is right for each.
    package let dataset: any Dataset
    /// The pretrained network without top, in the arithmetic that was chosen.
    package internal(set) var trunk: Trunk
    /// What is trained, and how.
    package let recipe: Recipe
    let seed: UInt64
    let validationShare: Double?
    let isStrict: Bool
    let usesCache: Bool
    let threads: Int
    /// The greatest number of seconds that training takes; `nil` for no limit.
    let budget: Double?
    let checkpoint: String?
    let resumes: Bool
    let fetchesWeights: Bool
    let trialThreshold: TrialThreshold
    /// The model that training goes on from; `nil` where it begins with a pretrained network.
    let startingModel: StartingModel?
    /// The network that is trained: the trunk with the recipe's head.
    let network: Network
    /// The recipe's stages, resolved for the network: each with its alternatives behind it.
    private(set) var plans: [StagePlan]
    /// What each stage reads of which pictures, computed when and kept where.
    private(set) var stages: [StageReading]

    init(_ settings: TransferLearning) throws {
        try TrainingSchedule.check(settings)
        dataset = settings.dataset
        trunk = settings.trunk
        recipe = settings.recipe
        seed = settings.seed
        validationShare = settings.validationShare
        isStrict = settings.isStrict
        usesCache = settings.usesCache
        threads = settings.threads
        budget = settings.budget ?? settings.recipe.budget
        checkpoint = settings.checkpoint
        resumes = settings.resumes
        fetchesWeights = settings.fetchesWeights
        trialThreshold = settings.trialThreshold
        startingModel = settings.startingModel
        network = try TrainingSchedule.network(settings)
        plans = try TrainingSchedule.plans(settings, network)
        stages = StageReading.all(
            plans, seed: seed, partsAreGiven: dataset.hasValidation, resumes: resumes)
        try requireMemory()
    }

    /// Stops before any picture is read where the data cannot do, however good the pictures are.
    private static func check(_ settings: TransferLearning) throws {
        let (dataset, resumes) = (settings.dataset, settings.resumes)
        guard (1...Machine.greatestThreads).contains(settings.threads) else {
            throw SettingError(
                "The number of threads", found: "is \(settings.threads)",
                expected: "1 to \(Machine.greatestThreads)")
        }
        if let budget = settings.budget, !TimeText.allows(budget) {
            throw SettingError(
                "The time for training", found: "is \(budget) s",
                expected: "more than 0 s, and less than ten years")
        }
        if let share = settings.validationShare, !(share > 0 && share < 1) {
            throw SettingError(
                "The validation split", found: "is \(share)", expected: "a number above 0 and below 1")
        }
        if let validationShare = settings.validationShare, dataset.hasValidation {
            throw SettingError(
                "The validation split of \(validationShare)",
                found: "has no effect: \(dataset.root) has its own validation pictures",
                remedy: "Leave it out, or give data without validation pictures")
        }
        if settings.recipe.isPretrained { try settings.trunk.weights.requireWeights() }
        try check(settings.recipe, fits: settings.trunk)
        try settings.startingModel?.check(dataset)
        if let start = settings.startingModel, !settings.recipe.isPretrained {
            throw SettingError(
                "Recipe \(settings.recipe.name)", found: "begins with random values",
                expected: "one that goes on from \(start.name)")
        }
        if let checkpoint = settings.checkpoint {
            try TrainingLock.requireFree(checkpoint: checkpoint, home: settings.trunk.home)
            // Asked for now, and not after the first epoch of a long training.
            _ = try FileReplacement(checkpoint)
            if TransferLearning.hasCheckpoint(at: checkpoint) != resumes {
                throw resumes
                    ? SettingError(
                        checkpoint, found: "is not there: no training stopped here",
                        remedy: "\(.turnOff(.resumes)) to start from the beginning")
                    : SettingError(
                        checkpoint, found: "is where an interrupted training stopped",
                        remedy: "\(.turnOn(.resumes)) to go on, or delete it to start again")
            }
        }
        try dataset.requireDifferentNames()
        if settings.isStrict { try dataset.inventory.requireEveryFile(of: dataset.root) }
        let assumed = dataset.samples.map { $0.assumedUsable }
        if let obstacle = Doctor.obstacles(to: dataset, assumed).first { throw obstacle }
    }

    /// Stops where a recipe is for another network, or another size.
    private static func check(_ recipe: Recipe, fits trunk: Trunk) throws {
        if let base = recipe.base {
            let name = try Architecture.named(base).name
            guard name == trunk.architecture.name else {
                throw SettingError(
                    "Recipe \(recipe.name)", found: "is for the network \(name)",
                    expected: "the one that is trained, \(trunk.architecture.name)")
            }
        }
        if let size = recipe.inputSize, size != trunk.preprocessing.width {
            throw SettingError(
                "Recipe \(recipe.name)", found: "is for pictures of \(size) pixels",
                expected: "the size that the network takes, \(trunk.preprocessing.width)")
        }
    }

    /// The network that is trained: the trunk with the recipe's head.
    private static func network(_ settings: TransferLearning) throws -> Network {
        let (recipe, trunk, dataset) = (settings.recipe, settings.trunk, settings.dataset)
        return try recipe.head.network(
            on: trunk.network, outputs: dataset.classes.count,
            activation: dataset.task.learning().activation)
    }

    /// The recipe's stages, resolved for the network.
    ///
    /// - Throws: where a stage names layers that are none, or has a setting without effect.
    private static func plans(_ settings: TransferLearning, _ network: Network) throws -> [StagePlan] {
        let (recipe, trunk, dataset) = (settings.recipe, settings.trunk, settings.dataset)
        let plans = try recipe.plans(network, of: trunk.architecture, for: dataset.task)
        if trunk.precision == .int8, !plans.contains(where: \.freezesConvolutions) {
            throw SettingError(
                "The precision int8", found: "has no effect: recipe \(recipe.name) freezes no convolution",
                remedy: "Use bf16, f32 or auto")
        }
        return plans
    }

    /// The parameters that training starts with: published ones and a new head, or random ones throughout.
    func initialParameters() throws -> ParameterStore {
        let isPretrained = recipe.isPretrained
        let random = network.initialParameters(seed: seed) { !isPretrained || Head.contains($0.name) }
        guard isPretrained else { return random }
        let parameters = try trunk.loadParameters().merging(random).subset(for: network)
        return startingModel?.head(parameters, in: network, classes: dataset.classes) ?? parameters
    }

    /// The arithmetic of a stage's trained part: a head alone is in f32, other parts are as what of the
    /// frozen one is not in eight bits.
    func trainingPrecision(_ plan: StagePlan) -> Precision {
        plan.isHeadAlone ? .float32 : trunk.precision.floating
    }

    /// The number of threads for a stage's trained part: a small head is too small for more than one.
    func threads(_ plan: StagePlan) -> Int {
        plan.trainedParameterCount < TrainingSchedule.largeHead && plan.isHeadAlone ? 1 : threads
    }

    /// How the numbers of these pictures become what a network is trained to give; `nil` where there are
    /// none.
    func standardization(_ pictures: [Int]) throws -> Standardization? {
        try dataset.task.learning().standardization(
            of: pictures.map { dataset.samples[$0].target }, width: dataset.classes.count)
    }

    /// What training would fetch first: published weights that it begins with and that are not here.
    var missingWeights: WeightsDownload? {
        get throws { try recipe.isPretrained ? trunk.missingWeights() : nil }
    }

    /// Fetches the weights that training begins with, where they are not here.
    ///
    /// - Throws: where they cannot be had; `CancellationError`, what has arrived being kept.
    func fetchWeights(onEvent: @Sendable @escaping (TrainingEvent) -> Void) async throws {
        guard recipe.isPretrained, fetchesWeights else { return }
        try await trunk.fetchWeightsIfMissing { onEvent(.weights($0)) }
    }

    /// What trains a stage.
    ///
    /// - Parameters:
    ///   - source: what its frozen part gives.
    ///   - training: the pictures to train on.
    func trainer(
        _ plan: StagePlan, on source: any BoundarySource, training: [Int],
        _ standardization: Standardization?,
        seed: UInt64? = nil
    ) throws -> StageTrainer {
        let plan = plan.resolved(forPictures: training.count)
        let objective = try Objective(
            dataset.task, outputs: dataset.classes, targets: dataset.samples.map(\.target),
            stage: plan.stage, training: training, standardization: standardization)
        return StageTrainer(
            plan, objective: objective, source: source, precision: trainingPrecision(plan),
            seed: seed ?? self.seed,
            threads: threads(plan))
    }

    /// The number of parameters of a head that is much work.
    static let largeHead = 1 << 20

    /// The positions of the plans of a stage: its own, then those of its alternatives.
    func ways(ofStage number: Int) -> [Int] { plans.indices.filter { plans[$0].stageNumber == number } }

    /// The plan of a stage in its own way.
    func plan(ofStage number: Int) -> StagePlan { plans[ways(ofStage: number)[0]] }

    /// The same with one stage alone, and without its alternatives.
    func only(stage number: Int) -> TrainingSchedule {
        var schedule = self
        schedule.plans = [plan(ofStage: number)]
        schedule.stages = StageReading.all(
            schedule.plans, seed: seed, partsAreGiven: dataset.hasValidation, resumes: resumes)
        return schedule
    }
}
