#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// When, where and from what a model was made.
package struct Provenance: Sendable, Hashable, Codable {
    /// When it was made, to the second.
    package var date: Date
    /// The name of the data folder.
    package var dataFolder: String
    /// The number of pictures of each class, training and validation together.
    package var pictures: [String: Int]
    /// The processor.
    package var processor: Processor
    /// The version of oneDNN.
    package var oneDNN: String
    /// The number of threads.
    package var threads: Int
    /// Where the time went.
    package var seconds: StageSeconds

    /// A provenance; the date is rounded down to whole seconds.
    package init(
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
package struct StageSeconds: Sendable, Hashable, Codable {
    /// Reading and decoding pictures.
    package var decode: Double
    /// Computing the frozen part.
    package var trunk: Double
    /// Training the head.
    package var head: Double
    /// Fine-tuning, with what it computes of the frozen part; `nil` where there was none.
    package var tuning: Double?
    /// Everything.
    package var total: Double

    /// Durations in seconds.
    package init(decode: Double, trunk: Double, head: Double, tuning: Double? = nil, total: Double) {
        self.decode = decode
        self.trunk = trunk
        self.head = head
        self.tuning = tuning
        self.total = total
    }
}
