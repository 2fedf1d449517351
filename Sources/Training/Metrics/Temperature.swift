#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The temperature that makes confidences truer: logits are divided by it (Guo et al., 2017).
package enum Temperature {
    /// The best temperature for some pictures.
    ///
    /// It is fitted on all pictures and shrunk towards 1. Whether it helps is tested on pictures that it was
    /// not fitted on: five parts, each left out once, picture i in part i modulo 5.
    ///
    /// - Parameters:
    ///   - logits: for each picture one logit for each class; logarithms of probabilities will do. What is
    ///     not finite counts as the logarithm of a probability of zero.
    ///   - labels: the right class of each picture.
    /// - Returns: the temperature, or `nil` where it does not lower the log loss of pictures left out, or
    ///   where there are fewer than five pictures.
    package static func fitted(logits: [[Float]], labels: [Int]) -> Double? {
        precondition(logits.count == labels.count, "One row of logits for each picture")
        precondition(
            zip(logits, labels).allSatisfy { $0.count == logits[0].count && $0.indices.contains($1) },
            "Each label is a class")
        let parts = 5
        guard labels.count >= parts else { return nil }
        let all = TemperatureFit(logits: logits, labels: labels)
        let start = all.fitted(startingAt: 1) { _ in true }
        var (with, without) = (0.0, 0.0)
        for part in 0..<parts {
            let inverse = all.fitted(startingAt: start.unshrunk) { $0 % parts != part }.shrunk
            with += all.loss(inverseTemperature: inverse) { $0 % parts == part }
            without += all.loss(inverseTemperature: 1) { $0 % parts == part }
        }
        return with < without ? 1 / start.shrunk : nil
    }

    /// Probabilities as they are with a temperature.
    package static func applied(_ temperature: Double, to probabilities: [Float]) -> [Float] {
        let powers = probabilities.map { pow(Double($0), 1 / temperature) }
        let sum = powers.reduce(0, +)
        return powers.map { Float($0 / sum) }
    }
}
