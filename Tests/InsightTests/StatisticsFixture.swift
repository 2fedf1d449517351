import Foundation

/// What `Conformance/insight_statistics.py` wrote down. Inputs are whole numbers over `scale`.
struct StatisticsFixture: Decodable, Sendable {
    struct Classification: Decodable, Sendable {
        struct Top: Decodable, Sendable {
            var k: Int
            var accuracy: Double
        }
        var labels: [Int]
        var probabilities: [[Int]]
        var scale: Int
        var confusion: [[Int]]
        var precision: [Double?]
        var recall: [Double?]
        var f1: [Double?]
        var support: [Int]
        var rocAUC: [Double?]
        var averagePrecision: [Double?]
        var macro: [Double]
        var weighted: [Double]
        var accuracy: Double
        var balancedAccuracy: Double
        var top: [Top]
        var kappa: Double
        var matthews: Double
        var macroROCAUC: Double
        var logLoss: Double
    }
    struct MultiLabel: Decodable, Sendable {
        var targets: [[Int]]
        var probabilities: [[Int]]
        var scale: Int
        var threshold: Float
        var precision: [Double?]
        var recall: [Double?]
        var f1: [Double?]
        var averagePrecision: [Double?]
        var meanAveragePrecision: Double
        var bestThresholds: [Double?]
    }
    struct Calibrated: Decodable, Sendable {
        var labels: [Int]
        var probabilities: [[Int]]
        var scale: Int
        var seed: UInt64
        var meanConfidence: [Double]
        var accuracy: [Double]
        var count: [Int]
        var expectedError: Double
        var band: [Double]
        var independentBand: [Double]
    }
    struct Temperature: Decodable, Sendable {
        var labels: [Int]
        var logits: [[Int]]
        var scale: Int
        var temperature: Double?
    }
    struct Labels: Decodable, Sendable {
        var labels: [Int]
        var probabilities: [[Int]]
        var scale: Int
        var classCount: Int
        var joint: [[Int]]
        var flags: [Int]
    }
    struct Bounds: Decodable, Sendable {
        struct Share: Decodable, Sendable {
            var successes: Int
            var count: Int
            var bounds: [Double]
        }
        var shares: [Share]
        var values: [Double]
        var seed: UInt64
        var bootstrap: [Double]
    }
    struct Pair: Decodable, Sendable {
        var b: Int
        var c: Int
        var p: Double
    }
    struct Conformal: Decodable, Sendable {
        struct Level: Decodable, Sendable {
            var coverage: Double
            var threshold: Int?
            var band: [Double]?
        }
        var scores: [Int]
        var scale: Int
        var levels: [Level]
    }
    struct Regression: Decodable, Sendable {
        var targets: [Int]
        var answers: [Int]
        var scale: Int
        var absolute: Double
        var root: Double
        var determination: Double
        var pearson: Double
        var spearman: Double
    }
    struct Special: Decodable, Sendable {
        struct Gamma: Decodable, Sendable {
            var x: Double
            var value: Double
        }
        struct Beta: Decodable, Sendable {
            var x: Double
            var a: Double
            var b: Double
            var value: Double
        }
        var logGamma: [Gamma]
        var beta: [Beta]
    }

    struct Sum: Decodable, Sendable {
        var count: Int
        var sum: Double
    }

    var sums: [Sum]
    var classification: [Classification]
    var multiLabel: [MultiLabel]
    var calibration: [Calibrated]
    var temperature: [Temperature]
    var confidentLearning: [Labels]
    var intervals: Bounds
    var mcNemar: [Pair]
    var conformal: [Conformal]
    var regression: [Regression]
    var specialFunctions: Special

    private static let stored = Result {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "Conformance/Fixtures/statistics.json")
        return try JSONDecoder().decode(StatisticsFixture.self, from: Data(contentsOf: file))
    }

    /// The fixture, read once.
    static func load() throws -> StatisticsFixture { try stored.get() }
}

/// Whole numbers over a power of two, which are exact in 32 bits.
func exact(_ rows: [[Int]], over scale: Int) -> [[Float]] {
    rows.map { $0.map { Float($0) / Float(scale) } }
}

/// Whether both are undefined, or differ by at most 10⁻⁹, relative to numbers above 1.
func agree(_ found: Double?, _ expected: Double?) -> Bool {
    guard let found, let expected else { return found == nil && expected == nil }
    return abs(found - expected) <= 1e-9 * max(abs(expected), 1)
}

/// Whether all of them agree.
func agree(_ found: [Double?], _ expected: [Double?]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { agree($0, $1) }
}

/// Whether both ends agree.
func agree(_ found: ClosedRange<Double>?, _ expected: [Double]?) -> Bool {
    agree(found.map { [$0.lowerBound, $0.upperBound] } ?? [], expected ?? [])
}
