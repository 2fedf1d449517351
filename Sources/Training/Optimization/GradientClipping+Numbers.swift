internal import GraftExecution

extension GradientClipping {
    /// The sum of squares of a gradient's numbers; a common norm is the root of the sum over all gradients.
    ///
    /// - Parameter threads: how many share the work; the result does not depend on it.
    package static func squaredNorm(_ gradient: Span<Float>, threads: Int = 1) -> Double {
        ParallelParts.sum(gradient, threads: threads) { part in
            // Several sums side by side, so that the compiler adds several elements at once.
            var sums = SIMD16<Float>()
            let whole = part.count / 16 * 16
            for start in stride(from: 0, to: whole, by: 16) {
                var values = SIMD16<Float>()
                for lane in 0..<16 { values[lane] = part[start + lane] }
                sums += values * values
            }
            var sum = sums.indices.reduce(0.0) { $0 + Double(sums[$1]) }
            for place in whole..<part.count { sum += Double(part[place]) * Double(part[place]) }
            return sum
        }
    }

    /// What all gradients are multiplied with, given the sum of squares of all their numbers: 1, or, by norm,
    /// maximum / (norm + 1e-6) where that is less, as PyTorch's `clip_grad_norm_`.
    package func scale(squaredNorm: Double) -> Float {
        guard case .norm(let maximum) = self else { return 1 }
        // A norm that is no number stays visible: the gradients are left as they are.
        let scale = Double(maximum) / (squaredNorm.squareRoot() + 1e-6)
        return scale < 1 ? Float(scale) : 1
    }

    /// What each number's magnitude is brought below; infinity unless clipping is by value.
    package var limit: Float {
        if case .value(let limit) = self { limit } else { .infinity }
    }

    /// Checks that the number is possible.
    ///
    /// - Parameter subject: what an error names: "stage joint: the clipping".
    /// - Throws: `TrainingError`.
    package func check(_ subject: String = "the clipping") throws(TrainingError) {
        let (kind, number) =
            switch self {
            case .norm(let maximum): ("norm", maximum)
            case .value(let limit): ("value", limit)
            }
        guard number > 0, number.isFinite else {
            throw TrainingError(
                subject, found: "is at the \(kind) \(number)", expected: "a number greater than 0")
        }
    }
}
