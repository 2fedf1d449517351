/// The exponential moving average of parameters over the steps: a ← d·a + (1 − d)·p with d = min(decay, (1 +
/// t) / (10 + t)).
///
/// t is the number of steps before; so the average forgets the beginning faster at first, as TensorFlow's
/// `ExponentialMovingAverage` with a number of updates. It starts as the parameters are after the first step.
package struct ParameterAverage: Sendable {
    /// What the average remembers: a checkpoint that stores and restores it continues to the same bytes.
    package struct State: Sendable, Hashable {
        /// The number of steps that were begun.
        package var step: Int
        /// The average of each parameter; empty before its first update.
        package var values: [[Float]]

        /// A state.
        package init(step: Int, values: [[Float]]) {
            self.step = step
            self.values = values
        }
    }

    /// What it remembers. Drop a copy before the next step: while one lives, that step has to copy all
    /// averages.
    package var state: State
    private let decay: Float
    private let threads: Int

    /// An average without history.
    ///
    /// - Parameters:
    ///   - decay: how much of the average is kept at each step, later on.
    ///   - count: the number of parameters.
    ///   - threads: how many share the work on a large parameter; the result does not depend on it.
    package init(decay: Float, count: Int, threads: Int = 1) {
        precondition(decay >= 0 && decay < 1, "a share is kept")
        self.decay = decay
        self.threads = threads
        state = State(step: 0, values: [[Float]](repeating: [], count: count))
    }

    /// Starts the next step; ``update(_:_:)`` then follows once for each parameter.
    package mutating func nextStep() { state.step += 1 }

    /// Takes in a parameter as it is after a step.
    package mutating func update(_ index: Int, _ parameter: Span<Float>) {
        guard !state.values[index].isEmpty else {
            state.values[index] = parameter.indices.map { parameter[$0] }
            return
        }
        let before = Float(state.step - 1)
        let kept = min(decay, (1 + before) / (10 + before))
        var average: [Float] = []
        swap(&average, &state.values[index])
        var span = average.mutableSpan
        var none: [[Float]] = []
        ParallelParts.forEach(&span, parameter, &none, threads: threads) { average, parameter, _, _ in
            let count = average.count
            precondition(parameter.count == count)
            for place in 0..<count { average[place] += (1 - kept) * (parameter[place] - average[place]) }
        }
        state.values[index] = average
    }

    /// The average of a parameter.
    package func values(_ index: Int) -> [Float] { state.values[index] }
}
