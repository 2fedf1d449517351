public import GraftArchitectures
public import GraftDatasets
public import GraftExecution
public import GraftFiles
internal import GraftImages
public import GraftTraining

/// What happens while a model is trained, in this order.
///
/// ```swift
/// for await event in training.events {
///     if case .epoch(let stage, let report, _) = event { print(stage, report.epoch, report.loss) }
/// }
/// ```
public enum TrainingEvent: Sendable, Codable {
    /// The data was found.
    case data(DataSummary)
    /// The trunk that will be used.
    case trunk(TrunkSummary)
    /// Published weights are missing, and are fetched.
    case weights(WeightsEvent)
    /// Eight bits are tried on so many pictures, since the precision is left to Graft: their features follow,
    /// in floating point and in eight bits.
    case trial(pictures: Int)
    /// Eight bits were tried, now or in an earlier run.
    case tried(EightBitTrial)
    /// How the network is computed in eight bits was found out.
    case calibrated(CalibrationSummary)
    /// Features of some pictures are there.
    case features(FeatureProgress)
    /// Some training pictures are looked at by the trained model, to be kept with it for comparison; not told where all
    /// of that was known.
    case references(FeatureProgress)
    /// What went wrong with the feature cache, which never stops the training: features are computed again.
    case cacheProblems([Problem])
    /// All pictures were read: what is wrong with the data, if anything.
    case findings(DoctorReport)
    /// Which pictures are for what.
    case split(SplitSummary)
    /// Something that is allowed, and may still be a mistake.
    case remark(String)
    /// Training goes on where an earlier run stopped: in this stage, after so many of its epochs.
    case resumed(stage: String, epochs: Int)
    /// A stage begins.
    case stage(StageSummary)
    /// A stage is shortened, so that training ends in time.
    case shortened(StageShortening)
    /// An epoch of a stage is done, and took so long. Where a stage has several ways, its name and that of the way
    /// are told, but for its own: "tune/faster".
    case epoch(stage: String, EpochReport, seconds: Double)
    /// The ways of a stage were compared, the best first; those that are named train on.
    case compared(stage: String, [CandidateRecord], goingOn: [String])
    /// A search for a learning rate took a step, the so manieth of at most so many.
    case searched(LearningRateCurvePoint, step: Int, of: Int)
    /// The checkpoint could not be written; the last one that could stays.
    case checkpointProblem(String, Problem)
    /// A stage is done; whether its result is kept stands in its record. Test metrics are those of a stage
    /// that is kept.
    case stageFinished(StageRecord, test: Metrics?, seconds: Double)
}

/// The pretrained network that a training starts from.
///
/// ```swift
/// if case .trunk(let trunk) = event { print(trunk.architecture, trunk.inputSize) }
/// ```
public struct TrunkSummary: Sendable, Hashable, Codable {
    /// The name of the network.
    public var architecture: String
    /// The name of the weight file.
    package var weights: String
    /// The weights in a few words: "ImageNet weights".
    package var title: String
    /// The height and width that pictures are scaled to, in pixels.
    public var inputSize: Int
    /// The arithmetic of what is frozen.
    public var precision: Precision
    /// The entries of a user's weight file that no part of the network takes.
    package var unusedEntries: [String]

    init(_ trunk: Trunk, isPretrained: Bool) {
        architecture = trunk.architecture.name
        weights = isPretrained ? trunk.weights.fileName : ""
        title = isPretrained ? trunk.weights.title : "random weights"
        inputSize = trunk.preprocessing.width
        precision = trunk.precision
        unusedEntries = trunk.unusedEntries
    }
}

/// What a stage is about to train.
///
/// ```swift
/// if case .stage(let stage) = event { print("stage \(stage.number) of \(stage.stages): \(stage.name)") }
/// ```
public struct StageSummary: Sendable, Hashable, Codable {
    /// The name of the stage.
    public var name: String
    /// Its position, counted from 1.
    public var number: Int
    /// The number of stages.
    public var stages: Int
    /// The number of parameters that it trains.
    public var parameters: Int
    /// The first node that it trains.
    package var firstNode: String
    /// Whether the head alone is trained.
    package var isHeadAlone: Bool
    /// The learning rate of each trained layer, before the schedule, in the order of their names.
    package var learningRates: [Float]

    init(_ plan: StagePlan, number: Int, of stages: Int) {
        name = plan.stage.name
        self.number = number
        self.stages = stages
        parameters = plan.trainedParameterCount
        firstNode = plan.firstTrainedNode
        isHeadAlone = plan.isHeadAlone
        learningRates = plan.trainedNodes.sorted().map { plan.learningRates[$0] ?? plan.stage.learningRate }
    }
}

/// What becomes of a stage that would take more time than there is.
///
/// ```swift
/// if case .shortened(let stage) = event { print(stage.name, stage.steps, stage.allSteps) }
/// ```
public struct StageShortening: Sendable, Hashable, Codable {
    /// The name of the stage.
    public var name: String
    /// The greatest number of its steps.
    public var steps: Int
    /// The number that the recipe says.
    public var allSteps: Int
    /// The names of its alternatives that are left out.
    public var leftOut: [String]
    /// The seconds that are left for it.
    public var seconds: Double
}

/// What a data set holds.
///
/// ```swift
/// if case .data(let data) = event { print(data.pictures, data.task.name) }
/// ```
public struct DataSummary: Sendable, Hashable, Codable {
    /// A class and how many pictures it has.
    ///
    /// ```swift
    /// for count in data.classes { print(count.name, count.pictures) }
    /// ```
    public struct ClassCount: Sendable, Hashable, Codable {
        /// The name of the class.
        public var name: String
        /// The number of its pictures.
        public var pictures: Int
    }

    /// The number of pictures.
    public var pictures: Int
    /// What is to be learned.
    public var task: LearningTask
    /// The classes in order; the numbers where numbers are to be learned.
    public var classes: [ClassCount]
    /// What of the data is not used, as far as that is known before pictures are read.
    public var inventory: Inventory
    /// How the data was read, where it could be read otherwise: a sentence each.
    public var readings: [String]

    package init(_ dataset: any Dataset) {
        var counts = [Int](repeating: 0, count: dataset.classes.count)
        for sample in dataset.samples {
            for label in sample.target.classes { counts[label] += 1 }
        }
        task = dataset.task
        pictures = dataset.samples.count
        classes = zip(dataset.classes, counts).map { ClassCount(name: $0, pictures: $1) }
        inventory = dataset.inventory
        readings = dataset.remarks.filter { $0.kind == .reading && $0.severity == .note }.map(\.message)
    }
}

/// How far the computing of features is.
///
/// ```swift
/// if case .features(let progress) = event { print("\(progress.done) of \(progress.total)") }
/// ```
public struct FeatureProgress: Sendable, Hashable, Codable {
    /// The pictures that are done.
    public var done: Int
    /// All pictures.
    public var total: Int
    /// Those whose features were in the cache.
    public var cached: Int
    /// The time since the start.
    public var seconds: Double
}

extension FeatureProgress {
    init(done: Int, total: Int, cached: Int, since start: ContinuousClock.Instant) {
        self.init(
            done: done, total: total, cached: cached,
            seconds: (ContinuousClock().now - start) / .seconds(1))
    }
}

/// How many pictures are for what, and why.
///
/// ```swift
/// if case .split(let split) = event { print(split.training, split.validation, split.source) }
/// ```
public struct SplitSummary: Sendable, Hashable, Codable {
    /// The number of pictures to train on.
    public var training: Int
    /// The number of pictures to validate on.
    public var validation: Int
    /// The number of pictures to test on.
    public var test: Int
    /// "from the folders", or "0.2 held out, seed 0".
    public var source: String

    init(_ split: Split, validationShare: Double) {
        training = split.count(of: .train)
        validation = split.count(of: .validation)
        test = split.count(of: .test)
        source =
            split.seed.map { "\(validationShare) held out by class, seed \($0)" }
            ?? "from the data's own parts"
    }
}
