#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What more pictures would give, from what fewer gave.
enum LearningCurve {
    /// What twice the pictures would add to the score.
    ///
    /// The part that is missing to a score of 1 falls by a power of the number of pictures (Cortes et al., 1993); the
    /// power is that of the straight line through its logarithms.
    ///
    /// - Returns: `nil` where there are fewer than two steps, or nothing is missing.
    static func gainOfTwice(_ steps: [Advice.Step]) -> Double? {
        let points = steps.filter { $0.pictures > 0 && $0.score < 1 }
            .map { (x: log(Double($0.pictures)), y: log(1 - $0.score)) }
        guard points.count > 1, points.count == steps.count, let last = steps.last else { return nil }
        let count = Double(points.count)
        let mean = (x: points.reduce(0) { $0 + $1.x } / count, y: points.reduce(0) { $0 + $1.y } / count)
        let spread = points.reduce(0) { $0 + ($1.x - mean.x) * ($1.x - mean.x) }
        guard spread > 0 else { return nil }
        let slope = points.reduce(0) { $0 + ($1.x - mean.x) * ($1.y - mean.y) } / spread
        return max((1 - last.score) * (1 - exp(slope * log(2))), 0)
    }
}
