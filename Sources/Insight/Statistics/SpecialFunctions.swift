#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Functions of probability theory that the system's mathematics library lacks.
enum SpecialFunctions {
    /// log Γ(x) for x > 0: Stirling's series at x ≥ 10, where what is left out is below 2·10⁻¹⁴ (Abramowitz
    /// and Stegun, 6.1.41); the recurrence Γ(x + 1) = x·Γ(x) leads there.
    static func logGamma(_ x: Double) -> Double {
        var (x, product) = (x, 1.0)
        while x < 10 {
            product *= x
            x += 1
        }
        let coefficients = [1 / 12.0, -1 / 360.0, 1 / 1260.0, -1 / 1680.0, 1 / 1188.0]
        let square = 1 / (x * x)
        let series = coefficients.reversed().reduce(0) { $0 * square + $1 } / x
        return (x - 0.5) * log(x) - x + 0.5 * log(2 * Double.pi) + series - log(product)
    }

    /// Iₓ(a, b): the probability that a number with the distribution Beta(a, b) is at most x, for a, b > 0.
    static func regularisedIncompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The continued fraction converges fast below about the mean.
        guard x <= (a + 1) / (a + b + 2) else { return 1 - regularisedIncompleteBeta(1 - x, b, a) }
        let logFactor =
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
        return exp(logFactor) / a / betaFraction(x, a, b)
    }

    /// The continued fraction of Iₓ(a, b) (Abramowitz and Stegun, 26.5.8), by the method of Lentz as Thompson
    /// and Barnett (1986) changed it; numerators and denominators keep clear of zero.
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var (value, numerator, inverse) = (1.0, 1.0, 0.0)
        for step in 1..<20_000 {
            let m = Double(step / 2)
            let coefficient =
                step % 2 == 0
                ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            numerator = nonzero(1 + coefficient / numerator)
            inverse = 1 / nonzero(1 + coefficient * inverse)
            value *= numerator * inverse
            if abs(numerator * inverse - 1) < 1e-16 { break }
        }
        return value
    }

    /// The x at which Iₓ(a, b) is `probability`, found by halving until no `Double` lies between.
    static func betaQuantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
        var (lower, upper) = (0.0, 1.0)
        while true {
            let middle = (lower + upper) / 2
            guard middle > lower, middle < upper else { return middle }
            // Nearer to zero than this, halving would go on through all exponents.
            guard upper > 1e-300 else { return upper }
            if regularisedIncompleteBeta(middle, a, b) < probability {
                lower = middle
            } else {
                upper = middle
            }
        }
    }
}
