#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// When, where and from what a model was made.
public struct Provenance: Sendable, Hashable, Codable {
    /// When it was made, to the second.
    public var date: Date
    /// The name of the data folder.
    public var dataFolder: String
    /// The number of pictures of each class, training and validation together.
    public var pictures: [String: Int]
    /// The processor.
    public var processor: Processor
    /// The version of oneDNN.
    public var oneDNN: String
    /// The number of threads.
    public var threads: Int
    /// Where the time went.
    public var seconds: StageSeconds

    /// A provenance; the date is rounded down to whole seconds.
    public init(
        date: Date, dataFolder: String, pictures: [String: Int], processor: Processor, oneDNN: String,
        threads: Int, seconds: StageSeconds
    ) {
        self.date = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
        self.dataFolder = dataFolder
        self.pictures = pictures
        self.processor = processor
        self.oneDNN = oneDNN
        self.threads = threads
        self.seconds = seconds
    }
}

/// How long the stages of training took, in seconds.
public struct StageSeconds: Sendable, Hashable, Codable {
    /// Reading and decoding pictures.
    public var decode: Double
    /// Computing the frozen part.
    public var trunk: Double
    /// Training the head.
    public var head: Double
    /// Fine-tuning, with what it computes of the frozen part; `nil` where there was none.
    public var tuning: Double?
    /// Everything.
    public var total: Double

    /// Durations in seconds.
    public init(decode: Double, trunk: Double, head: Double, tuning: Double? = nil, total: Double) {
        self.decode = decode
        self.trunk = trunk
        self.head = head
        self.tuning = tuning
        self.total = total
    }
}
