package import GraftNetworks
internal import GraftTensors

extension Workspace {
    /// Changes the trained parameters by their gradients, and the moments and the average with them.
    package func update(by step: UpdateStep) throws {
        let indices = plan.trained.indices
        precondition(
            step.learningRates.count == indices.count && step.weightDecays.count == indices.count,
            "a rate and a decay for each trained parameter")
        var scale = step.gradientScale
        if let clipping = step.clipping, case .norm = clipping {
            var sum = 0.0
            for index in indices {
                withFloats(in: .gradient(index)) {
                    sum += UpdateStep.Clipping.squaredNorm($0.span, threads: threads)
                }
            }
            scale *= clipping.scale(squaredNorm: sum * Double(scale) * Double(scale))
        }
        optimizer.begin(step)
        for index in indices {
            try withParameter(index) { parameter, gradient in
                optimizer.update(index, &parameter, gradient, by: step, scale: scale)
            }
        }
    }

    /// Lets `sum` replace the gradient of each trained parameter by its sum over several processes.
    package func sumGradients(_ sum: (inout MutableSpan<Float>) throws -> Void) throws {
        for index in plan.trained.indices {
            try withFloats(in: .gradient(index)) { try sum(&$0) }
        }
    }

    /// What the optimizer remembers.
    package var optimizerState: OptimizerState { optimizer.state }

    /// What the average of the parameters remembers; `nil` before a first step that keeps one.
    package var averageState: ParameterAverage.State? { optimizer.average?.state }

    /// Goes back to what an optimizer with the same settings remembered.
    ///
    /// - Parameter averaging: how much of the average is kept at each step.
    /// - Throws: ``ExecutionError`` where that is of other parameters; then nothing has changed.
    package func restore(
        _ state: OptimizerState, average: ParameterAverage.State? = nil, averaging: Float? = nil
    ) throws {
        let counts = plan.trained.map(\.shape.elementCount)
        func check(_ subject: String, _ vectors: [[[Float]]]) throws {
            guard vectors.count == counts.count else {
                throw ExecutionError(
                    subject, found: "is one of \(vectors.count) parameters", expected: "\(counts.count)")
            }
            for (index, vectors) in vectors.enumerated() {
                guard let other = vectors.first(where: { $0.count != counts[index] }) else { continue }
                throw ExecutionError(
                    subject, found: "has \(other.count) numbers for \(plan.trained[index].name)",
                    expected: "\(counts[index])")
            }
        }
        try check("the optimizer's state", state.moments)
        if let average {
            try check("the average's state", average.values.map { $0.isEmpty ? [] : [$0] })
        }
        optimizer.state = state
        guard let averaging, let average else { return }
        optimizer.average = ParameterAverage(decay: averaging, count: counts.count, threads: threads)
        optimizer.average?.state = average
    }

    /// What training changed, with the average of the trained parameters in place of themselves; `nil` where
    /// no step has kept one.
    package func averagedParameters() throws -> ParameterStore? {
        guard let average = optimizer.average, average.state.step > 0 else { return nil }
        var store = try trainedParameters()
        for (index, parameter) in plan.trained.enumerated() {
            store[parameter.name] = Tensor(average.values(index), shape: parameter.shape)
        }
        return store
    }
}
