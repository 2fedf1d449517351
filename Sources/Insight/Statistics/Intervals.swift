/// Confidence intervals at 95 %.
package enum Intervals {
    /// So often pictures are drawn anew.
    private static let resamples = 1000

    /// The percentile bootstrap of any statistic (Efron, 1979): pictures are drawn anew, with repetition,
    /// 1000 times.
    ///
    /// - Parameters:
    ///   - count: the number of pictures.
    ///   - seed: the same seed gives the same interval.
    ///   - statistic: the statistic of the pictures with these indexes, some of them repeated; `nil` where it
    ///     is not defined. Such draws are left out.
    /// - Returns: the interval; `nil` without pictures, or where the statistic is not defined for more than
    ///   half of the draws.
    package static func bootstrap(
        count: Int, seed: UInt64 = 0, statistic: ([Int]) throws -> Double?
    ) rethrows -> ClosedRange<Double>? {
        guard count > 0 else { return nil }
        var generator = SplitMix64(seed: seed)
        var drawn = [Int](repeating: 0, count: count)
        var values: [Double] = []
        for _ in 0..<resamples {
            for position in drawn.indices { drawn[position] = generator.next(below: count) }
            if let value = try statistic(drawn), !value.isNaN { values.append(value) }
        }
        guard values.count * 2 >= resamples else { return nil }
        return Quantile.middle95(of: values)
    }
}
