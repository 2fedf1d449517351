internal import GraftFiles
internal import GraftImages
package import GraftNetworks
internal import GraftTensors

/// A stage resolved for a network: where the cut is, what is trained, and how fast.
package struct StagePlan: Sendable {
    /// The stage, or another way to do it.
    package private(set) var stage: Stage
    /// The position of the stage in its recipe.
    package let stageNumber: Int
    /// The number of steps of an epoch; an epoch takes all pictures where it is `nil`.
    private(set) var epochSteps: Int?
    /// What is frozen and what is trained, up to the logits.
    package let cut: NetworkCut
    /// The nodes whose parameters are trained.
    package let trainedNodes: Set<String>
    /// The learning rate of each trained node, before the schedule.
    package let learningRates: [String: Float]
    /// The trained BatchNorms that normalise by the statistics of each batch.
    package let batchNormalizations: Set<String>

    /// Resolves a stage.
    ///
    /// - Parameters:
    ///   - number: the position of the stage in its recipe.
    ///   - network: ends with a head.
    ///   - trainedNodes: the nodes that `stage` trains, all of which have parameters that gradients change.
    ///   - learningRates: those of these nodes; the stage's own where one is not named.
    /// - Throws: `NetworkError` where nothing is trained, ``TrainingError`` where a setting of the stage has
    ///   no effect on this network.
    package init(
        _ stage: Stage, ofStage number: Int = 0, network: Network, trainedNodes: Set<String>,
        learningRates: [String: Float] = [:]
    ) throws {
        self.stage = stage
        stageNumber = number
        let whole = try network.ending(at: Head.logits)
        self.trainedNodes = trainedNodes
        cut = try whole.cut { trainedNodes.contains($0.name) }
        self.learningRates = learningRates
        let normalizations = whole.nodes.filter { node in
            guard case .batchNormalization = node.operation else { return false }
            return trainedNodes.contains(node.name)
        }
        if stage.batchNormalization == .batch, normalizations.isEmpty {
            throw TrainingError(
                "Stage \(stage.name)", found: "sets batch-norm: train, but trains no BatchNorm",
                remedy: "Leave it out, or unfreeze layers that have one")
        }
        batchNormalizations = stage.batchNormalization == .batch ? Set(normalizations.map(\.name)) : []
        if let mixing = stage.mixing {
            let isMap = cut.boundary.first.flatMap { cut.tail.shape(of: $0) }?.rank == 3
            guard cut.boundary.count == 1, isMap || mixing.isAverage else {
                throw TrainingError(
                    "Stage \(stage.name)",
                    found: "blends what the frozen part gives, which is no single feature map",
                    remedy: "Freeze less, or leave the blending out")
            }
        }
    }

    /// The same plan within another length: what counts in epochs at its start is shortened with it.
    package func lasting(_ length: StageLength) -> StagePlan {
        var plan = self
        plan.epochSteps = length.epochSteps
        plan.stage.epochs = length.epochs
        if length.epochs < stage.epochs {
            plan.stage.warmup *= Double(length.epochs) / Double(max(stage.epochs, 1))
        }
        return plan
    }

    /// The number of values that the trained part reads of one picture.
    package var boundaryWidth: Int { cut.tail.elementCount(of: cut.boundary) }

    /// Whether what the frozen part gives is computed once for each picture, or variant of one, and kept.
    package var isCached: Bool {
        cut.trunk != nil && (stage.augmentation.isNone || stage.variants != .recomputed)
    }

    /// Whether the trained part reads just what that of another plan does.
    package func readsTheSame(as other: StagePlan) -> Bool {
        cut.boundary == other.cut.boundary && cut.trunk == other.cut.trunk && isCached == other.isCached
            && stage.augmentation == other.stage.augmentation && stage.variants == other.stage.variants
    }

    /// Whether another way to do the stage is the same but for its name.
    func isTheSameWay(as other: StagePlan) -> Bool {
        var same = other.stage
        (same.name, same.alternatives) = (stage.name, stage.alternatives)
        return same == stage && trainedNodes == other.trainedNodes && learningRates == other.learningRates
    }

    /// Whether what is frozen has a convolution.
    package var freezesConvolutions: Bool {
        cut.trunk?.nodes.contains(where: \.operation.isConvolution) ?? false
    }

    /// Whether the head alone is trained.
    package var isHeadAlone: Bool { trainedNodes.allSatisfy(Head.contains) }

    /// The first node that is trained.
    package var firstTrainedNode: String {
        cut.tail.nodes.first { trainedNodes.contains($0.name) }?.name ?? Head.logits
    }

    /// The number of parameters that are trained.
    package var trainedParameterCount: Int {
        cut.tail.parameters.reduce(0) { sum, parameter in
            let isTrained = trainedNodes.contains(parameter.node) && parameter.role.hasGradient
            return sum + (isTrained ? parameter.shape.elementCount : 0)
        }
    }

    /// Whether weight decay applies to a parameter: to kernels only.
    package static func decays(_ parameter: ParameterSpecification) -> Bool { parameter.role == .kernel }
}

extension Mixing {
    /// Whether whole pictures are averaged.
    fileprivate var isAverage: Bool { if case .mixup = self { true } else { false } }
}

extension Network {
    /// The number of values that some nodes give together for one picture.
    func elementCount(of names: [String]) -> Int {
        names.reduce(0) { $0 + (shape(of: $1)?.elementCount ?? 0) }
    }
}

extension Stage {
    /// How many of so many pictures a step takes.
    package func batch(of pictures: Int) -> Int { min(batchSize, max(pictures, 1)) }

    /// How many steps so many pictures are enough for; at least one.
    package func steps(of pictures: Int) -> Int {
        let batch = batch(of: pictures)
        return (max(pictures, 1) + batch - 1) / batch
    }

    /// How many variants of each picture are kept, where any are: each epoch sees one.
    package var variantCount: Int {
        if case .cached(let count) = variants {
            min(count, epochs)
        } else {
            min(Stage.usualVariantCount, epochs)
        }
    }

    /// After how many epochs variants that are computed anew come again.
    package var variantLimit: Int {
        if case .cached(let count) = variants { count } else { .max }
    }

    private static let usualVariantCount = 4
}
