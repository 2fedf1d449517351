/// Confidence intervals at 95 %.
package enum Intervals {
    /// The 97.5 % quantile of the standard normal distribution.
    private static let z = 1.959963984540054
    /// So often pictures are drawn anew.
    private static let resamples = 1000

    /// Wilson's interval for a true share (Wilson, 1927); 0...1 where nothing was counted.
    ///
    /// - Parameters:
    ///   - successes: how many were counted as a success.
    ///   - count: of how many.
    package static func wilson(successes: Int, count: Int) -> ClosedRange<Double> {
        precondition(count >= 0 && (0...count).contains(successes), "More successes than trials")
        guard count > 0 else { return 0...1 }
        let (total, share) = (Double(count), Double(successes) / Double(count))
        let centre = share + z * z / (2 * total)
        let spread = z * (share * (1 - share) / total + z * z / (4 * total * total)).squareRoot()
        let scale = 1 + z * z / total
        // At the ends the bound is exact; rounding could leave it just beside.
        let lower = successes == 0 ? 0 : max(0, (centre - spread) / scale)
        let upper = successes == count ? 1 : min(1, (centre + spread) / scale)
        return lower...upper
    }

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
