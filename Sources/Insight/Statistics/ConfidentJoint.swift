/// The confident joint: how many pictures with each given label seem to belong to each class (Northcutt,
/// Jiang and Chuang, 2021).
package struct ConfidentJoint: Sendable, Hashable, Codable {
    /// The estimated number of pictures by given label, then by true class. A row's sum is the number of
    /// pictures with that label.
    package let counts: [[Int]]
    /// For each class the mean probability of the class over the pictures with this label; `nil` without such
    /// pictures.
    package let thresholds: [Double?]

    /// A probability may be so much below a threshold and still count, so that rounding does not decide.
    private static let tolerance = 1e-6
    /// No threshold is lower, so that a probability of 0 never reaches one.
    private static let leastThreshold = 2e-6

    /// Estimates the joint from labels and from probabilities of models that were not trained on the
    /// pictures.
    init(labels: [Int], probabilities: [[Float]], classCount: Int) {
        var sums = [Double](repeating: 0, count: classCount)
        var supports = [Int](repeating: 0, count: classCount)
        for (label, row) in zip(labels, probabilities) {
            supports[label] += 1
            sums[label] += Double(row[label])
        }
        let thresholds = zip(sums, supports).map { $1 > 0 ? $0 / Double($1) : nil }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        for (label, row) in zip(labels, probabilities) {
            if let confident = Self.confidentClass(row, thresholds) { counts[label][confident] += 1 }
        }
        // Each class is taken to have at least one picture with the right label.
        for label in counts.indices { counts[label][label] = max(counts[label][label], 1) }
        self.thresholds = thresholds
        self.counts = Self.calibrated(counts, to: supports)
    }

    /// The class that a picture seems to belong to: the one that reaches its threshold or, where several do,
    /// the one with the greatest probability of all; `nil` where none does.
    private static func confidentClass(_ row: [Float], _ thresholds: [Double?]) -> Int? {
        var found: Int?
        for (label, threshold) in thresholds.enumerated() {
            guard let threshold, Double(row[label]) >= max(threshold, leastThreshold) - tolerance else {
                continue
            }
            guard found == nil else { return Probabilities.answer(row) }
            found = label
        }
        return found
    }

    /// Scales each row so that its sum is the number of pictures with the label, in whole numbers.
    private static func calibrated(_ counts: [[Int]], to supports: [Int]) -> [[Int]] {
        let scaled = zip(counts, supports).map { row, support in
            let sum = Double(row.reduce(0, +))
            return row.map { Double($0) / sum * Double(support) }
        }
        // Rounding errors decide how halves are rounded below: the order of the sum is that of cleanlab.
        let total = PairwiseSum.of(scaled.indices.flatMap { truth in scaled.map { $0[truth] } }[...])
        guard total > 0 else { return scaled.map { $0.map { _ in 0 } } }
        let pictures = Double(supports.reduce(0, +))
        return scaled.map { row in rounded(row.map { $0 / total * pictures }) }
    }

    /// How many pictures with each given label, the outer index, are to be flagged because they seem to
    /// belong to the class of the inner index. Of a label that seems to be right nowhere, one fewer is
    /// flagged for each class.
    var removals: [[Int]] {
        counts.indices.map { label in
            counts.indices.map { truth in
                guard truth != label else { return 0 }
                return max(counts[label][truth] - (counts[label][label] > 0 ? 0 : 1), 0)
            }
        }
    }

    /// Whole numbers near these, with the same sum. Those furthest from what they were rounded to are changed
    /// by one.
    private static func rounded(_ numbers: [Double]) -> [Int] {
        var whole = numbers.map { $0.rounded(.toNearestOrEven) }
        let sum = PairwiseSum.of(numbers[...]).rounded(.toNearestOrEven)
        let missing = Int(sum - whole.reduce(0, +))
        let rest = zip(numbers, whole).map { $0 - $1 }
        // Of equal ones, the first is lowered first and the last is raised first.
        let order = rest.indices.sorted { (rest[$0], $0) < (rest[$1], $1) }
        if missing < 0 {
            for index in order.prefix(-missing) { whole[index] -= 1 }
        } else {
            for index in order.suffix(missing) { whole[index] += 1 }
        }
        return whole.map { Int($0) }
    }
}
