package import GraftArchitectures
package import GraftDatasets
package import GraftNetworks

extension Recipe {
    /// The stages, resolved for a network.
    ///
    /// What a recipe that Graft comes with says of layers or labels that are not there is left out; people are
    /// told where they say it themselves.
    ///
    /// - Parameter network: the trunk with this recipe's head.
    /// - Throws: where a stage names layers that are none, or has a setting without effect.
    package func plans(
        _ network: Network, of architecture: Architecture, for task: LearningTask
    ) throws -> [StagePlan] {
        try stages.map { stage in
            var stage = stage
            if comesWithGraft(\.labelSmoothing, of: stage), try stage.loss(for: task) != .crossEntropy {
                stage.labelSmoothing = 0
            }
            try stage.check(for: task)
            let nodes = try stage.trainable.nodes(in: network, of: architecture)
            let rates = try stage.learningRates(of: nodes, in: network, architecture)
            if comesWithGraft(\.batchNormalization, of: stage), !network.hasBatchNormalization(nodes) {
                stage.batchNormalization = .stored
            }
            return try StagePlan(stage, network: network, trainedNodes: nodes, learningRates: rates)
        }
    }

    /// Whether a setting of a stage is that of the recipe of this name that Graft comes with.
    private func comesWithGraft(_ setting: KeyPath<Stage, some Equatable>, of stage: Stage) -> Bool {
        let own = Recipe.builtIn.first { $0.name == name }?.stages.first { $0.name == stage.name }
        return own?[keyPath: setting] == stage[keyPath: setting]
    }
}

extension Network {
    /// Whether one of these nodes normalises by batches.
    fileprivate func hasBatchNormalization(_ names: Set<String>) -> Bool {
        nodes.contains { node in
            guard case .batchNormalization = node.operation else { return false }
            return names.contains(node.name)
        }
    }
}
