internal import GraftExecution
package import GraftNetworks

extension StageTrainer {
    /// Takes one step with each of many rising learning rates, and keeps nothing but their losses.
    ///
    /// The pictures come in the order of training, again and again; every batch is full, because the loss of
    /// a short one would be less certain than those beside it.
    ///
    /// - Parameters:
    ///   - initial: the parameters of the trained part of the network.
    ///   - training: the pictures to learn from, by their positions in the objective.
    ///   - steps: the number of learning rates.
    ///   - onPoint: is told of each step.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func search(
        _ initial: ParameterStore, training: [Int], steps: Int,
        onPoint: @Sendable @escaping (LearningRateCurvePoint) -> Void = { _ in }
    ) async throws -> LearningRateSearch {
        precondition(!training.isEmpty, "a search takes pictures")
        let batch = plan.stage.batch(of: training.count)
        let worker = try await makeWorker(initial, pictures: training.count)
        var finder = LearningRateFinder(steps: steps)
        var epoch = 1
        while finder.learningRate != nil {
            var order = self.order(of: training, epoch: epoch)
            order += order.prefix((batch - order.count % batch) % batch)
            // What is computed anew is asked for a batch at a time: the search can end at any of them.
            let size = source.blockSize == nil ? order.count : batch
            for start in stride(from: 0, to: order.count, by: size) where finder.learningRate != nil {
                try Task.checkCancellation()
                let pictures = Array(order[start..<start + size])
                let block = try await source.block(pictures, epoch: epoch)
                finder = try await worker.perform { [finder] state in
                    var next = finder
                    try state.search(&next, on: block, pictures, onPoint)
                    return next
                }
            }
            epoch += 1
        }
        return finder.result
    }
}
