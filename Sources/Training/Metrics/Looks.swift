internal import GraftTensors

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Which validation pictures were named right, each time that training looked at them.
///
/// The figure of an epoch that is kept because it is the best of many on some pictures is a little too good on these
/// pictures: part of what made it the best is chance. How much that is can be estimated from all looks together.
package struct Looks: Sendable, Hashable {
    /// The number of pictures of each look.
    private var pictures = 0
    /// A bit for each picture.
    private var looks: [[UInt8]] = []

    /// No look yet.
    package init() {}

    /// The number of looks.
    package var count: Int { looks.count }

    /// Adds a look: whether each picture was named right. Nothing is added where that cannot be said.
    package mutating func add(_ hits: [Bool]) {
        guard !hits.isEmpty, looks.isEmpty || hits.count == pictures else { return }
        pictures = hits.count
        var bits = [UInt8](repeating: 0, count: Looks.byteCount(pictures))
        for (picture, isRight) in hits.enumerated() where isRight { bits[picture / 8] |= 1 << (picture % 8) }
        looks.append(bits)
    }

    /// Adds the looks of another part of the same training.
    package mutating func add(_ other: Looks) {
        guard looks.isEmpty || other.pictures == pictures else { return }
        pictures = max(pictures, other.pictures)
        looks += other.looks
    }

    private static func byteCount(_ pictures: Int) -> Int { (pictures + 7) / 8 }

    /// By how much the greatest share of right pictures is too good to be expected of others, about; `nil` where
    /// nothing is known.
    ///
    /// The bootstrap's optimism (Efron, 1983): where pictures are drawn anew, with repetition, it is how much better
    /// the look that is best on those does there than on all pictures. What the best look of all does there by
    /// chance is taken off, so that of one look nothing is left.
    package func optimism(seed: UInt64) -> Double? {
        guard !looks.isEmpty else { return nil }
        var generator = CounterGenerator(seed: seed, purpose: "optimism")
        let whole = looks.map { Looks.right($0, times: [Int32](repeating: 1, count: pictures)) }
        let best = Looks.greatest(whole)
        var sum = 0.0
        for _ in 0..<Looks.resamples {
            var times = [Int32](repeating: 0, count: pictures)
            for _ in 0..<pictures { times[generator.next(below: pictures)] += 1 }
            let drawn = looks.map { Looks.right($0, times: times) }
            let chosen = Looks.greatest(drawn)
            sum += Double(drawn[chosen] - whole[chosen] - (drawn[best] - whole[best]))
        }
        return max(sum / Double(Looks.resamples * pictures), 0)
    }

    /// So often pictures are drawn anew.
    private static let resamples = 200

    /// How many pictures were right, each counted so many times.
    private static func right(_ bits: [UInt8], times: [Int32]) -> Int {
        var sum = 0
        for picture in times.indices where bits[picture / 8] >> (picture % 8) & 1 == 1 {
            sum += Int(times[picture])
        }
        return sum
    }

    /// The position of the first of the greatest numbers.
    private static func greatest(_ numbers: [Int]) -> Int {
        numbers.indices.reduce(0) { numbers[$1] > numbers[$0] ? $1 : $0 }
    }
}

extension Looks: Codable {
    private enum CodingKeys: String, CodingKey { case pictures, looks }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pictures, forKey: .pictures)
        try container.encode(looks.map { Data($0) }, forKey: .looks)
    }

    /// Reads what was encoded.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        pictures = try container.decode(Int.self, forKey: .pictures)
        looks = try container.decode([Data].self, forKey: .looks).map { Array($0) }
        guard (0...Int.max - 7).contains(pictures),
            looks.allSatisfy({ $0.count == Looks.byteCount(pictures) }), pictures > 0 || looks.isEmpty
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .looks, in: container, debugDescription: "looks that are not of so many pictures")
        }
    }
}
