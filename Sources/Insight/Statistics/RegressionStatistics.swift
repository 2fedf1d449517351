/// How good the answers for one number are.
///
/// Pictures whose right value or answer is not finite are left out.
package struct RegressionStatistics: Sendable, Hashable, Codable {
    /// The number of pictures with finite values.
    package let count: Int
    /// The mean absolute error; `nil` without pictures.
    package let meanAbsoluteError: Double?
    /// The root of the mean squared error; `nil` without pictures.
    package let rootMeanSquareError: Double?
    /// The coefficient of determination R²: 1 is perfect, 0 as good as always giving the mean; `nil` where
    /// all right values are equal.
    package let determination: Double?
    /// Pearson's correlation of right values and answers; `nil` where either are all equal.
    package let pearson: Double?
    /// Spearman's correlation, which is Pearson's of the ranks; equal values share the mean of their ranks.
    package let spearman: Double?

    /// The statistics of these answers.
    ///
    /// - Parameters:
    ///   - targets: the right value of each picture.
    ///   - answers: the answered value of each picture.
    package init(targets: [Double], answers: [Double]) {
        precondition(targets.count == answers.count, "One answer for each right value")
        let finite = targets.indices.filter { targets[$0].isFinite && answers[$0].isFinite }
        let (targets, answers) = (finite.map { targets[$0] }, finite.map { answers[$0] })
        count = finite.count
        guard let first = targets.first else {
            (meanAbsoluteError, rootMeanSquareError, determination) = (nil, nil, nil)
            (pearson, spearman) = (nil, nil)
            return
        }
        let n = Double(targets.count)
        let squares = zip(targets, answers).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        meanAbsoluteError = Self.finite(zip(targets, answers).reduce(0) { $0 + abs($1.0 - $1.1) } / n)
        rootMeanSquareError = Self.finite((squares / n).squareRoot())
        let spread = Self.deviations(targets).reduce(0) { $0 + $1 * $1 }
        determination =
            targets.allSatisfy { $0 == first } || spread == 0 ? nil : Self.finite(1 - squares / spread)
        pearson = Self.correlation(targets, answers)
        spearman = Self.correlation(Self.ranks(targets), Self.ranks(answers))
    }

    /// The number, or `nil` where the sum overflowed.
    private static func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }

    /// How far each number is from their mean.
    private static func deviations(_ numbers: [Double]) -> [Double] {
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        return numbers.map { $0 - mean }
    }

    /// Pearson's correlation of two lists that are not empty.
    private static func correlation(_ first: [Double], _ second: [Double]) -> Double? {
        // Rounding of the mean could make a constant look as if it varied.
        guard first.contains(where: { $0 != first[0] }), second.contains(where: { $0 != second[0] }) else {
            return nil
        }
        let (x, y) = (deviations(first), deviations(second))
        let (xx, yy) = (x.reduce(0) { $0 + $1 * $1 }, y.reduce(0) { $0 + $1 * $1 })
        guard xx > 0, yy > 0, xx.isFinite, yy.isFinite else { return nil }
        let product = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        return min(max(product / (xx.squareRoot() * yy.squareRoot()), -1), 1)
    }

    /// The rank of each number; equal ones share the mean of theirs.
    private static func ranks(_ numbers: [Double]) -> [Double] {
        let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        var ranks = [Double](repeating: 0, count: numbers.count)
        var position = 0
        while position < order.count {
            var end = position
            while end < order.count, numbers[order[end]] == numbers[order[position]] { end += 1 }
            for equal in position..<end { ranks[order[equal]] = Double(position + end - 1) / 2 }
            position = end
        }
        return ranks
    }
}
