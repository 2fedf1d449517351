public import Datasets
public import Training

/// What happens while a model is trained, in this order.
public enum TrainingEvent: Sendable {
    /// The data was found.
    case data(DataSummary)
    /// The trunk that will be used.
    case trunk(Trunk)
    /// Features of some pictures are there.
    case features(FeatureProgress)
    /// What is wrong with the data.
    case findings([Finding])
    /// Which pictures are for what.
    case split(SplitSummary)
    /// An epoch of the head is done.
    case epoch(EpochReport)
    /// The head is trained.
    case trained(best: EpochReport, seconds: Double)
}

/// What a data set holds.
public struct DataSummary: Sendable, Hashable, Codable {
    /// A class and how many pictures it has.
    public struct ClassCount: Sendable, Hashable, Codable {
        public var name: String
        public var pictures: Int
    }

    /// The number of pictures.
    public var pictures: Int
    /// The classes in order.
    public var classes: [ClassCount]

    init(_ dataset: any Dataset, _ samples: [Sample]) {
        var counts = [Int](repeating: 0, count: dataset.classes.count)
        for sample in samples { counts[sample.label] += 1 }
        pictures = samples.count
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
    public var training: Int
    public var validation: Int
    /// "from the folders", or "20% held out, stratified, seed 0".
    public var source: String
}
