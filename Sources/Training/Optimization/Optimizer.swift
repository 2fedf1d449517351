internal import GraftExecution

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What an optimizer remembers: a checkpoint that stores and restores it continues to the same bytes.
///
/// Drop a copy before the next step: while one lives, that step has to copy all moments.
package struct OptimizerState: Sendable, Hashable {
    /// The number of steps that were begun.
    package var step: Int
    /// For each parameter, its vectors as long as itself; none before its first update.
    ///
    /// `sgd`: the velocity, where there is momentum. `rmsprop`: the mean square, and the velocity where there
    /// is momentum. `adam` and `adamw`: the mean and the mean square.
    package var moments: [[[Float]]]

    /// A state.
    package init(step: Int, moments: [[[Float]]]) {
        self.step = step
        self.moments = moments
    }
}

/// Turns gradients into changes of parameters, in `Float`, by one source's formulas for each rule.
///
/// With g the gradient, p the parameter, r the learning rate, μ the momentum, λ the weight decay (0 for
/// parameters that are spared):
///
/// - `sgd`, PyTorch's: g ← g + λp; v ← μv + g; p ← p − r·v, with Nesterov p ← p − r·(g + μv). Keras keeps r·v
///   instead of v: the same numbers while r stays, others for a while after it changes. Keras' weight decay
///   is that of `adamw` for every rule.
/// - `rmsprop`, Keras': p ← p − rλp; s ← ρs + (1 − ρ)g²; v ← μv + r·g / √(s + ε); p ← p − v. ε is 1e-7.
///   PyTorch has √s + ε with ε = 1e-8, ρ = 0.99 instead of 0.9, r outside of v, and its weight decay goes
///   into g.
/// - `adam`, PyTorch's: g ← g + λp; m ← β₁m + (1 − β₁)g; s ← β₂s + (1 − β₂)g²; p ← p − r · (m / (1 − β₁ᵗ)) /
///   (√(s / (1 − β₂ᵗ)) + ε). ε is 1e-8. Keras, with 1e-7, adds ε to √s before the correction, which is the
///   same as ε / √(1 − β₂ᵗ) here.
/// - `adamw`, PyTorch's and but for ε Keras': p ← p − rλp instead of g ← g + λp.
package struct Optimizer: Sendable {
    private let settings: OptimizerSettings
    private let decays: [Bool]
    private let threads: Int
    /// What it remembers.
    package private(set) var state: OptimizerState

    /// An optimizer without history.
    ///
    /// - Parameters:
    ///   - decays: for each parameter, whether weight decay applies to it: kernels only.
    ///   - threads: how many share the work on a large parameter; the result does not depend on it.
    package init(_ settings: OptimizerSettings, decays: [Bool], threads: Int = 1) {
        self.settings = settings
        self.decays = decays
        self.threads = threads
        state = OptimizerState(step: 0, moments: decays.map { _ in [] })
    }

    /// Starts the next step; ``update(_:_:_:learningRate:gradientScale:gradientLimit:)`` then follows once
    /// for each parameter.
    package mutating func nextStep() { state.step += 1 }

    /// Goes back to a state of an optimizer with the same settings.
    ///
    /// - Throws: `TrainingError` where the state is one of another rule or of other parameters.
    package mutating func restore(_ state: OptimizerState) throws(TrainingError) {
        guard state.moments.count == decays.count else {
            throw TrainingError(
                "the optimizer's state", found: "is one of \(state.moments.count) parameters",
                expected: "\(decays.count)")
        }
        let vectors = settings.momentVectors
        for (index, moments) in state.moments.enumerated() where !moments.isEmpty {
            guard moments.count == vectors, moments.allSatisfy({ $0.count == moments[0].count }) else {
                throw TrainingError(
                    "the optimizer's state",
                    found: "has \(moments.count) vectors for parameter \(index)",
                    expected: "\(vectors) of one length, as \(settings.rule.rawValue) keeps them")
            }
        }
        self.state = state
    }

    /// Changes one parameter by its gradient.
    ///
    /// - Parameters:
    ///   - index: the parameter's position, the same at each step.
    ///   - gradientScale: what the gradient is multiplied with first: 1, or less where the norm of all
    ///     gradients is clipped.
    ///   - gradientLimit: then each of its numbers is brought between minus this and this.
    package mutating func update(
        _ index: Int, _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>, learningRate: Float,
        gradientScale: Float = 1, gradientLimit: Float = .infinity
    ) {
        var moments: [[Float]] = []
        swap(&moments, &state.moments[index])
        if moments.isEmpty {
            moments = (0..<settings.momentVectors).map { _ in [Float](repeating: 0, count: parameter.count) }
        }
        let decay = decays[index] ? settings.weightDecay : 0
        let slope = Slope(
            scale: gradientScale, limit: gradientLimit, decay: settings.decayIsApart ? 0 : decay)
        let kept = settings.decayIsApart ? 1 - learningRate * decay : 1
        switch settings.rule {
        case .sgd:
            let rule = GradientDescent(
                rate: learningRate, momentum: settings.momentum, isNesterov: settings.isNesterov)
            ParallelParts.forEach(&parameter, gradient, &moments, threads: threads) {
                parameter, gradient, velocity, _ in
                rule.update(&parameter, gradient, velocity: &velocity, slope)
            }
        case .rmsprop:
            let rule = RootMeanSquare(
                rate: learningRate, momentum: settings.momentum, decay: settings.decay, kept: kept,
                epsilon: settings.usedEpsilon)
            ParallelParts.forEach(&parameter, gradient, &moments, threads: threads) {
                rule.update(&$0, $1, squares: &$2, velocity: &$3, slope)
            }
        case .adam, .adamw:
            let betas = settings.betas.map(Double.init)
            let step = Double(state.step)
            let rule = AdaptiveMoments(
                rate: Float(Double(learningRate) / (1 - pow(betas[0], step))), first: settings.betas[0],
                second: settings.betas[1], correction: Float(1 / (1 - pow(betas[1], step)).squareRoot()),
                kept: kept, epsilon: settings.usedEpsilon)
            ParallelParts.forEach(&parameter, gradient, &moments, threads: threads) {
                rule.update(&$0, $1, means: &$2, squares: &$3, slope)
            }
        }
        state.moments[index] = moments
    }
}

extension OptimizerSettings {
    /// The epsilon in use: the rule's own where none is given.
    package var usedEpsilon: Float {
        switch rule {
        case .sgd: 0
        case .rmsprop: epsilon ?? 1e-7
        case .adam, .adamw: epsilon ?? 1e-8
        }
    }

    /// The number of vectors, each as long as the parameter, that the rule remembers for each parameter.
    package var momentVectors: Int {
        switch rule {
        case .sgd: momentum == 0 ? 0 : 1
        case .rmsprop: momentum == 0 ? 1 : 2
        case .adam, .adamw: 2
        }
    }

    /// Whether weight decay shrinks parameters directly instead of being added to gradients.
    var decayIsApart: Bool {
        switch rule {
        case .sgd, .adam: false
        case .rmsprop, .adamw: true
        }
    }
}
