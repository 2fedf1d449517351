/// The rule by which gradients change parameters, with its numbers.
///
/// With g the gradient, p the parameter, r the learning rate, μ the momentum, λ the weight decay:
///
/// - `gradientDescent`, PyTorch's: g ← g + λp; v ← μv + g; p ← p − r·v, with Nesterov p ← p − r·(g + μv).
///   Keras keeps r·v instead of v: the same numbers while r stays, others for a while after it changes.
/// - `rootMeanSquare`, Keras' RMSProp: s ← ρs + (1 − ρ)g²; v ← μv + r·g / √(s + ε); p ← p − v. PyTorch has
///   √s + ε, and r outside of v.
/// - `adaptiveMoments`, PyTorch's Adam: m ← β₁m + (1 − β₁)g; s ← β₂s + (1 − β₂)g²; p ← p − r · (m / (1 −
///   β₁ᵗ)) / (√(s / (1 − β₂ᵗ)) + ε). Keras adds ε to √s before the correction, which is the same as ε / √(1 −
///   β₂ᵗ) here.
package enum UpdateRule: Sendable, Hashable {
    /// Stochastic gradient descent.
    case gradientDescent(momentum: Float, isNesterov: Bool)
    /// RMSProp; `decay` is ρ.
    case rootMeanSquare(momentum: Float, decay: Float, epsilon: Float)
    /// Adam; the betas are how much stays of the mean and of the mean square.
    case adaptiveMoments(first: Float, second: Float, epsilon: Float)

    /// The number of vectors, each as long as the parameter, that the rule remembers for each parameter.
    package var momentVectors: Int {
        switch self {
        case .gradientDescent(let momentum, _): momentum == 0 ? 0 : 1
        case .rootMeanSquare(let momentum, _, _): momentum == 0 ? 1 : 2
        case .adaptiveMoments: 2
        }
    }
}

/// One step of an optimizer as a value: what a ``Workspace`` is to do with its gradients, wherever it keeps
/// them.
package struct UpdateStep: Sendable, Hashable {
    /// How gradients that are too large are made smaller.
    package enum Clipping: Sendable, Hashable {
        /// All are multiplied by maximum / (norm + 1e-6) where their common norm is more than that, as
        /// PyTorch's `clip_grad_norm_`.
        case norm(Float)
        /// Each number is brought between minus this and this.
        case value(Float)
    }

    /// The rule.
    package var rule: UpdateRule
    /// The learning rate of each trained parameter, in the plan's order.
    package var learningRates: [Float]
    /// The weight decay λ of each trained parameter.
    package var weightDecays: [Float]
    /// Whether weight decay shrinks parameters, p ← p − rλp, instead of being added to gradients, g ← g + λp.
    package var decayIsApart: Bool
    /// What gradients are multiplied with first: 1 / weight makes a mean of a sum.
    package var gradientScale: Float
    /// How gradients are made smaller then.
    package var clipping: Clipping?
    /// How much of the moving average of the parameters is kept; none is kept where it is `nil`.
    package var averaging: Float?

    /// A step.
    package init(
        _ rule: UpdateRule, learningRates: [Float], weightDecays: [Float], decayIsApart: Bool = false,
        gradientScale: Float = 1, clipping: Clipping? = nil, averaging: Float? = nil
    ) {
        self.rule = rule
        self.learningRates = learningRates
        self.weightDecays = weightDecays
        self.decayIsApart = decayIsApart
        self.gradientScale = gradientScale
        self.clipping = clipping
        self.averaging = averaging
    }
}

extension UpdateStep.Clipping {
    /// What all gradients are multiplied with, given the sum of squares of all their numbers; 1 unless
    /// clipping is by norm.
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
}
