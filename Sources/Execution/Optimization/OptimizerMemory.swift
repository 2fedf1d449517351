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
    /// Gradient descent: the velocity, where there is momentum. RMSProp: the mean square, and the velocity
    /// where there is momentum. Adam: the mean and the mean square.
    package var moments: [[[Float]]]

    /// A state.
    package init(step: Int, moments: [[[Float]]]) {
        self.step = step
        self.moments = moments
    }
}

/// The moments and the average of the parameters of a workspace, and what turns gradients into changes.
struct OptimizerMemory: Sendable {
    /// What is remembered.
    var state: OptimizerState
    /// The moving average of the parameters, once a step keeps one.
    var average: ParameterAverage?
    private let threads: Int

    /// A memory without history.
    ///
    /// - Parameters:
    ///   - count: the number of parameters.
    ///   - threads: how many share the work on a large parameter; the result does not depend on it.
    init(parameters count: Int, threads: Int = 1) {
        self.threads = threads
        state = OptimizerState(step: 0, moments: [[[Float]]](repeating: [], count: count))
    }

    /// Starts a step; ``update(_:_:_:by:scale:)`` then follows once for each parameter.
    mutating func begin(_ step: UpdateStep) {
        state.step += 1
        if let decay = step.averaging, average == nil {
            average = ParameterAverage(decay: decay, count: state.moments.count, threads: threads)
        }
        average?.nextStep()
    }

    /// Changes one parameter by its gradient.
    ///
    /// - Parameters:
    ///   - index: the parameter's position.
    ///   - scale: what the gradient is multiplied with, that of the step and of clipping by norm together.
    mutating func update(
        _ index: Int, _ parameter: inout MutableSpan<Float>, _ gradient: Span<Float>, by step: UpdateStep,
        scale: Float
    ) {
        var moments: [[Float]] = []
        swap(&moments, &state.moments[index])
        if moments.isEmpty {
            moments = (0..<step.rule.momentVectors).map { _ in [Float](repeating: 0, count: parameter.count) }
        }
        let (rate, decay) = (step.learningRates[index], step.weightDecays[index])
        let slope = Slope(
            scale: scale, limit: step.clipping?.limit ?? .infinity, decay: step.decayIsApart ? 0 : decay)
        let kept = step.decayIsApart ? 1 - rate * decay : 1
        switch step.rule {
        case .gradientDescent(let momentum, let isNesterov):
            let rule = GradientDescent(rate: rate, momentum: momentum, kept: kept, isNesterov: isNesterov)
            ParallelParts.forEach(&parameter, gradient, &moments, threads: threads) {
                parameter, gradient, velocity, _ in
                rule.update(&parameter, gradient, velocity: &velocity, slope)
            }
        case .rootMeanSquare(let momentum, let decay, let epsilon):
            let rule = RootMeanSquare(
                rate: rate, momentum: momentum, decay: decay, kept: kept, epsilon: epsilon)
            ParallelParts.forEach(&parameter, gradient, &moments, threads: threads) {
                rule.update(&$0, $1, squares: &$2, velocity: &$3, slope)
            }
        case .adaptiveMoments(let first, let second, let epsilon):
            let number = Double(state.step)
            let rule = AdaptiveMoments(
                rate: Float(Double(rate) / (1 - pow(Double(first), number))), first: first, second: second,
                correction: Float(1 / (1 - pow(Double(second), number)).squareRoot()), kept: kept,
                epsilon: epsilon)
            ParallelParts.forEach(&parameter, gradient, &moments, threads: threads) {
                rule.update(&$0, $1, means: &$2, squares: &$3, slope)
            }
        }
        state.moments[index] = moments
        average?.update(index, parameter.span)
    }
}
