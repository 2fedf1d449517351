internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

extension TrainingSchedule {
    /// Stops before any work where training takes more memory than there is.
    ///
    /// What is computed takes less than training does: packed parameters and feature maps of what is frozen, and
    /// what is kept of the trained part, but for what oneDNN needs beside.
    ///
    /// - Throws: `SettingError`.
    func requireMemory() throws {
        try Machine.requireMemory(
            leastMemory, for: "Training \(network.name) with recipe \(recipe.name)",
            remedy: "Use a smaller network, head, input size or batch size, or fewer threads")
    }

    /// What training takes at least, in bytes; `nil` where that is more than can be counted.
    var leastMemory: Int? {
        let parameters = network.parameters.reduce(0.0) { $0 + Double($1.shape.elementCount) }
        let stage = plans.map { max(frozenMemory($0), trainedMemory($0)) }.max() ?? 0
        let bytes = parameters * Double(MemoryLayout<Float>.size) + stage
        return bytes < 9e18 ? Int(bytes) : nil
    }

    private func frozenMemory(_ plan: StagePlan) -> Double {
        guard let trunk = plan.cut.trunk else { return 0 }
        let estimate = trunk.memoryEstimate(precision: self.trunk.precision.floating)
        return Double(estimate.parameters) + Double(threads) * Double(estimate.workspace)
    }

    /// Gradients, what the optimizer remembers, the best epoch's parameters, and what the gradients of kernels are
    /// computed from.
    private func trainedMemory(_ plan: StagePlan) -> Double {
        let vectors = 2 + plan.stage.optimizer.updateRule.momentVectors
        let parameters = Double(plan.trainedParameterCount) * Double(vectors * MemoryLayout<Float>.size)
        let tail = plan.cut.tail
        let inputs = Set(tail.nodes.filter { plan.trainedNodes.contains($0.name) }.flatMap(\.inputs))
        let numbers = inputs.reduce(0.0) { $0 + Double(tail.shape(of: $1)?.elementCount ?? 0) }
        let batch = plan.stage.batch(of: dataset.samples.count)
        let size = trainingPrecision(plan).elementType.byteCount
        return parameters + numbers * Double(batch * size)
    }
}
