#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The exact test of McNemar: whether one of two models is right more often on the same pictures.
package struct McNemar: Sendable, Hashable, Codable {
    /// How many pictures only model A answers right.
    package let b: Int
    /// How many pictures only model B answers right.
    package let c: Int
    /// How probable a difference at least as large would be if both models were equally good; two-sided.
    /// Small values, below 0.05 say, are evidence of a true difference.
    package let pValue: Double

    private enum CodingKeys: String, CodingKey {
        case b, c
        case pValue = "p"
    }

    /// The test on these pictures.
    ///
    /// - Parameters:
    ///   - rightA: whether model A is right, for each picture.
    ///   - rightB: whether model B is right, for the same pictures.
    package init(rightA: [Bool], rightB: [Bool]) {
        precondition(rightA.count == rightB.count, "Two answers for each picture")
        b = zip(rightA, rightB).count { $0 && !$1 }
        c = zip(rightA, rightB).count { !$0 && $1 }
        pValue = min(1, 2 * Self.tail(min(b, c), of: b + c))
    }

    /// The probability that at most so many of `count` fair coins show heads.
    private static func tail(_ successes: Int, of count: Int) -> Double {
        let (n, k) = (Double(count), Double(successes))
        // The last probability by its logarithm; each one before it is smaller by a simple ratio.
        let choices =
            SpecialFunctions.logGamma(n + 1) - SpecialFunctions.logGamma(k + 1)
            - SpecialFunctions.logGamma(n - k + 1)
        var (term, sum) = (1.0, 1.0)
        for i in stride(from: successes, to: 0, by: -1) {
            term *= Double(i) / Double(count - i + 1)
            sum += term
        }
        return exp(choices - n * log(2) + log(sum))
    }
}
