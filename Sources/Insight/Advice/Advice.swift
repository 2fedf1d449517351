internal import GraftArchitectures
internal import GraftDatasets
package import GraftTraining

/// What was measured of a data set, and what follows for training on it.
package struct Advice: Sendable, Encodable {
    /// A score with its interval at 95 %.
    package struct Figure: Sendable, Hashable, Encodable {
        package var score: Double
        package var low: Double
        package var high: Double

        init(_ score: ProbeScore) throws {
            self.score = score.metrics.score
            let interval = try score.interval()
            (low, high) = (interval.lowerBound, interval.upperBound)
        }
    }

    /// A pretrained network that was tried.
    package struct Trunk: Sendable, Encodable {
        package var name: String
        package var inputSize: Int
        /// The pictures that it was tried on.
        package var pictures: Int
        /// How well a linear classifier tells the labels from its features.
        package var probe: Figure
        /// The share that the nearest pictures tell; `nil` where pictures have not just one class.
        package var neighbours: Double?
        /// The pictures a second that the network computes, measured here.
        package var picturesPerSecond: Double
        /// Whether it was clearly worse than another one on a part of the pictures, and not tried on all.
        package var isDropped = false
    }

    /// A pretrained network that was not tried.
    package struct LeftOut: Sendable, Encodable {
        package var name: String
        package var reason: String
    }

    /// A depth of the chosen network.
    package struct Depth: Sendable, Encodable {
        /// The layer whose feature map is pooled; `nil` for all depths together.
        package var layer: String?
        package var probe: Figure
    }

    /// An input size of the chosen network.
    package struct Size: Sendable, Encodable {
        package var inputSize: Int
        package var probe: Figure
        package var picturesPerSecond: Double
    }

    /// What fewer pictures would have given.
    package struct Step: Sendable, Encodable {
        package var pictures: Int
        package var score: Double
    }

    /// What is expected of a head on the recommended features.
    package struct Expected: Sendable, Encodable {
        package var name: String
        package var score: Double
        package var interval: [Double]
        package var seconds: Double?

        private enum CodingKeys: String, CodingKey { case top1, mAP, r2, interval, seconds }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            let key: CodingKeys = name == "top-1" ? .top1 : name == "mAP" ? .mAP : .r2
            try container.encode(score, forKey: key)
            try container.encode(interval, forKey: .interval)
            try container.encodeIfPresent(seconds, forKey: .seconds)
        }
    }

    /// The pictures that were looked at, and all of the data that are not for testing.
    package var pictures: Int
    package var allPictures: Int
    package var trunks: [Trunk] = []
    package var leftOut: [LeftOut] = []
    package var depths: [Depth] = []
    package var sizes: [Size] = []
    package var curve: [Step] = []
    /// What twice the pictures would add to the score, by the curve; `nil` where it tells nothing.
    package var gainOfTwice: Double?
    /// The score on mirrored pictures beside that on the same ones as they are; `nil` where it was not measured.
    package var mirrored: [Double]?
    /// The recommended network and its input size.
    package var base: String
    package var inputSize: Int
    package var recipe: Recipe
    package var expected: Expected
    /// Why, a sentence each.
    package var reasons: [String] = []
    package var event = "advice"
}
