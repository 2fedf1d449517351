#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The search for the temperature with the lowest log loss.
///
/// It works with β = 1 / T, because the log loss is a convex function of β.
struct TemperatureFit: Sendable {
    /// For each picture its logits, less the greatest of them.
    private let logits: [[Float]]
    /// The right class of each picture.
    private let labels: [Int]

    /// The least and the greatest β: T from 0.05 to 20.
    private static let range = (1 / 20.0)...(1 / 0.05)
    /// So many pictures count as much as the belief that the temperature is 1.
    private static let priorPictures = 20.0
    /// About the logarithm of the least `Float` above zero, 2⁻¹⁴⁹.
    private static let logarithmOfZero: Float = -104

    /// Prepares logits.
    init(logits: [[Float]], labels: [Int]) {
        self.labels = labels
        self.logits = logits.map { row in
            let greatest = row.lazy.filter(\.isFinite).max() ?? 0
            return row.map { $0.isFinite ? $0 - greatest : Self.logarithmOfZero }
        }
    }

    /// The β with the lowest log loss of the chosen pictures, as it is and shrunk towards 1: its logarithm
    /// times n / (n + 20) for n pictures.
    ///
    /// Newton's method, kept between two bounds between which the slope changes its sign.
    func fitted(
        startingAt start: Double, where isChosen: (Int) -> Bool
    ) -> (unshrunk: Double, shrunk: Double) {
        let chosen = labels.indices.filter(isChosen)
        var (lower, upper) = (Self.range.lowerBound, Self.range.upperBound)
        var inverse = start
        for _ in 0..<60 {
            let (slope, curvature) = derivatives(inverse, chosen)
            guard slope != 0 else { break }
            if slope > 0 { upper = inverse } else { lower = inverse }
            var next = inverse - slope / curvature
            // A step too far goes to the middle on the log scale instead.
            if !(next >= lower && next <= upper) { next = (lower * upper).squareRoot() }
            let isDone = abs(next - inverse) <= 1e-10 * inverse
            inverse = next
            if isDone { break }
        }
        let count = Double(chosen.count)
        return (inverse, exp(log(inverse) * count / (count + Self.priorPictures)))
    }

    /// The sum of the log losses of the chosen pictures.
    func loss(inverseTemperature: Double, where isChosen: (Int) -> Bool) -> Double {
        var total = 0.0
        for picture in labels.indices where isChosen(picture) {
            let row = logits[picture]
            let sum = row.reduce(0.0) { $0 + exp(Double($1) * inverseTemperature) }
            total += log(sum) - Double(row[labels[picture]]) * inverseTemperature
        }
        return total
    }

    /// The first and the second derivative of the log loss by β: how far the expected logit is above that of
    /// the right class, and the variance of the logits.
    private func derivatives(_ inverse: Double, _ chosen: [Int]) -> (slope: Double, curvature: Double) {
        var (slope, curvature) = (0.0, 0.0)
        for picture in chosen {
            var (sum, first, second) = (0.0, 0.0, 0.0)
            for logit in logits[picture] {
                let logit = Double(logit)
                let weight = exp(logit * inverse)
                sum += weight
                first += weight * logit
                second += weight * logit * logit
            }
            let mean = first / sum
            slope += mean - Double(logits[picture][labels[picture]])
            curvature += max(second / sum - mean * mean, 0)
        }
        return (slope, curvature)
    }
}
