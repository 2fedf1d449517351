package import GraftArchitectures
package import GraftDatasets
internal import GraftImages
package import GraftNetworks

extension Recipe {
    /// The stages, resolved for a network: each with its alternatives behind it.
    ///
    /// What a recipe that Graft comes with says of layers or labels that are not there is left out, and so is what moves
    /// pixels where numbers, which may be places in the picture, are to be learned; people are told where they say it
    /// themselves.
    ///
    /// - Parameter network: the trunk with this recipe's head.
    /// - Throws: where a stage names layers that are none, or has a setting without effect.
    package func plans(
        _ network: Network, of architecture: Architecture, for task: LearningTask
    ) throws -> [StagePlan] {
        try stages.enumerated().flatMap { number, stage in
            var ways: [StagePlan] = []
            for way in stage.ways {
                let plan = try plan(way, ofStage: number, network, of: architecture, for: task)
                if !ways.contains(where: plan.isTheSameWay) { ways.append(plan) }
            }
            return ways
        }
    }

    private func plan(
        _ stage: Stage, ofStage number: Int, _ network: Network, of architecture: Architecture,
        for task: LearningTask
    ) throws -> StagePlan {
        var stage = stage
        if comesWithGraft(\.labelSmoothing, of: stage), try stage.loss(for: task) != .crossEntropy {
            stage.labelSmoothing = 0
        }
        if comesWithGraft(\.augmentation, of: stage), !task.rules.hasClasses {
            stage.augmentation = stage.augmentation.withoutGeometry
            if stage.augmentation.isNone { stage.variants = nil }
        }
        try stage.check(for: task)
        let nodes = try stage.trainable.nodes(in: network, of: architecture)
        let rates = try stage.learningRates(of: nodes, in: network, architecture)
        if comesWithGraft(\.batchNormalization, of: stage), !network.hasBatchNormalization(nodes) {
            stage.batchNormalization = .stored
        }
        return try StagePlan(
            stage, ofStage: number, network: network, trainedNodes: nodes, learningRates: rates)
    }

    /// Whether a setting of a stage is that of the recipe of this name that Graft comes with.
    private func comesWithGraft(_ setting: KeyPath<Stage, some Equatable>, of stage: Stage) -> Bool {
        let stages = Recipe.builtIn.first { $0.name == name }?.stages.flatMap(\.ways)
        return stages?.first { $0.name == stage.name }?[keyPath: setting] == stage[keyPath: setting]
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
