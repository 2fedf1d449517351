/// The area below the curve of precision over recall of one class.
package enum AveragePrecision {
    /// Σ (Rₙ − Rₙ₋₁) · Pₙ over falling thresholds, as scikit-learn's `average_precision_score`.
    ///
    /// The kit of Pascal VOC 2010 and later first raises each precision to the highest at any greater recall;
    /// its area is a little larger.
    ///
    /// - Parameters:
    ///   - scores: how sure the network is of the class, for each picture; one that is no number counts as
    ///     the lowest.
    ///   - isPositive: whether the picture is of the class.
    /// - Returns: `nil` where no picture is of the class.
    package static func area(_ scores: [Float], _ isPositive: [Bool]) -> Double? {
        let positives = isPositive.count { $0 }
        guard positives > 0 else { return nil }
        let known = scores.map { $0.isNaN ? -.infinity : $0 }
        let order = known.indices.sorted { known[$0] > known[$1] }
        var (found, area) = (0, 0.0)
        var position = 0
        while position < order.count {
            // Pictures with the same score pass the threshold together.
            let score = known[order[position]]
            let before = found
            while position < order.count, known[order[position]] == score {
                if isPositive[order[position]] { found += 1 }
                position += 1
            }
            area += Double(found - before) / Double(positives) * Double(found) / Double(position)
        }
        return area
    }
}
