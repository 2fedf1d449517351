public import Datasets
public import Files
public import Training

/// What happens while a model is trained, in this order.
public enum TrainingEvent: Sendable {
    /// The data was found.
    case data(DataSummary)
    /// The trunk that will be used.
    case trunk(Trunk)
    /// Features of some pictures are there.
    case features(FeatureProgress)
    /// What went wrong with the feature cache, which never stops the training: features are computed again.
    case cacheProblems([Problem])
    /// All pictures were read: what is wrong with the data, if anything.
    case findings(DoctorReport)
    /// Which pictures are for what.
    case split(SplitSummary)
    /// An epoch of the head is done.
    case epoch(EpochReport)
    /// The head is trained.
    case trained(TrainingResult)
    /// The part of the network from the node of this name on will be trained too.
    case unfrozen(String)
    /// An epoch of fine-tuning is done.
    case fineTuningEpoch(EpochReport)
    /// Fine-tuning is done. Its result is kept only where validation says that it is better than the head alone: a lower loss, and no fewer
    /// pictures named right.
    case fineTuned(TrainingResult, isKept: Bool)
}

/// What a data set holds.
public struct DataSummary: Sendable, Hashable, Codable {
    /// A class and how many pictures it has.
    public struct ClassCount: Sendable, Hashable, Codable {
        /// The name of the class.
        public var name: String
        /// The number of its pictures.
        public var pictures: Int
    }

    /// The number of pictures.
    public var pictures: Int
    /// The classes in order.
    public var classes: [ClassCount]

    init(_ dataset: any Dataset) {
        var counts = [Int](repeating: 0, count: dataset.classes.count)
        for label in dataset.samples.compactMap(\.label) { counts[label] += 1 }
        pictures = dataset.samples.count
        classes = zip(dataset.classes, counts).map { ClassCount(name: $0, pictures: $1) }
    }
}

/// How far the computing of features is.
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

/// How many pictures are for what, and why.
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

/// What training a head came to.
public struct TrainingResult: Sendable, Hashable, Codable {
    /// The epoch that is kept: the one with the lowest validation loss.
    public var best: EpochReport
    /// The number of epochs that were run.
    public var epochs: Int
    /// What the test pictures say, where the data has any.
    public var test: Metrics?
    /// The time it took.
    public var seconds: Double

    init(_ head: TrainedHead, test: Metrics?, seconds: Double) {
        best = head.best
        epochs = head.epochs.count
        self.test = test
        self.seconds = seconds
    }
}
