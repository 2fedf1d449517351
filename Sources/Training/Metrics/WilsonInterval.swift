/// Wilson's interval for a true share at a confidence of 95 % (Wilson, 1927).
package enum WilsonInterval {
    /// The 97.5 % quantile of the standard normal distribution.
    private static let z = 1.959963984540054

    /// The interval; 0...1 where nothing was counted.
    ///
    /// - Parameters:
    ///   - successes: how many were counted as a success.
    ///   - count: of how many.
    package static func of(successes: Int, count: Int) -> ClosedRange<Double> {
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
}
