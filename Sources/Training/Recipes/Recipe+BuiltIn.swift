internal import GraftFiles
internal import GraftImages

/// The recipes that Graft comes with.
extension Recipe {
    /// All of them, the default first.
    package static let builtIn = [auto, features, twoStage, discriminative, allLayers, fromScratch]

    /// The recipe of this name, or in this file where there is no such name.
    ///
    /// - Throws: `TrainingError` where there is neither, or where the file holds no recipe.
    public static func named(_ name: String) throws -> Recipe {
        if let recipe = builtIn.first(where: { $0.name == name }) { return recipe }
        let isFile = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        guard !isFile else { return try Recipe(contentsOf: name) }
        let names = builtIn.map(\.name)
        throw TrainingError(
            "\"\(name)\"", found: "is no recipe that Graft comes with",
            expected: "\(names.alternatives), or a file whose name ends in .yaml",
            remedy: NearestName.of(name, among: names).map { "Did you mean \($0)?" })
    }

    /// The head, then the last two thirds of the network with it, which are kept only where validation says that
    /// this is better.
    ///
    /// A head that has learned first does not disturb what the trunk knows (Kumar et al., 2022); earlier layers,
    /// which see edges and textures, change less than later ones; the average of the parameters over the steps
    /// is what is validated and kept.
    public static let auto: Recipe = {
        var stage = last(0.6, "tune", learningRate: 3e-4, patience: 3)
        (stage.epochs, stage.steps, stage.leastErrors) = (8, 400, 5)
        stage.changeCarefully(weightDecay: 0.01, warmup: 0.5)
        stage.layerDecay = 0.97
        stage.labelSmoothing = 0.1
        stage.averaging = 0.98
        (stage.augmentation, stage.variants) = (.light, .recomputed)
        var unmirrored = Alternative(name: "unmirrored")
        unmirrored.augmentation = .light
        unmirrored.augmentation?.horizontalFlip = false
        stage.alternatives = [unmirrored]
        return Recipe(
            unchecked: "auto",
            summary: "the head, then the last two thirds where that pays",
            stages: [firstHead, stage], budget: 20 * 60)
    }()

    /// The head alone: feature extraction.
    public static let features = Recipe(
        unchecked: "features", summary: "a new head on the features of the frozen network",
        stages: [firstHead])

    /// Fine-tuning in five steps (Chollet, "Deep Learning with Python", 2017): put a new head on a trained
    /// network, freeze the network, train the head, unfreeze the last layers, train both together.
    public static let twoStage: Recipe = {
        var joint = last(0.3, "joint", learningRate: 3e-5)
        joint.augmentation = .light
        return Recipe(
            unchecked: "two-stage",
            summary: "the head, then the last third with it at a hundredth of the rate",
            stages: [firstHead, joint])
    }()

    /// Everything at once, with a learning rate for the new head and a lower one for what was learned before.
    public static let discriminative: Recipe = {
        var stage = Stage(name: "all", trainable: .all)
        (stage.epochs, stage.patience) = (30, 5)
        stage.optimizer = OptimizerSettings(.rmsprop)
        stage.learningRate = 1e-4
        stage.rates = [GroupRate(layers: ["head"], learningRate: 5e-4)]
        return Recipe(
            unchecked: "discriminative",
            summary: "everything at once, the head at 5e-4 and convolutions at 1e-4", stages: [stage])
    }()

    /// Everything, after the head has learned enough not to disturb it.
    public static let allLayers: Recipe = {
        var stage = everything(epochs: 30, patience: 10, learningRate: 1e-4, weightDecay: 0.01, warmup: 1)
        stage.augmentation = .light
        return Recipe(
            unchecked: "all-layers", summary: "the head, then everything with warm-up and a falling rate",
            stages: [firstHead, stage])
    }()

    /// No transfer: what the others are compared with.
    public static let fromScratch: Recipe = {
        var stage = everything(epochs: 100, patience: nil, learningRate: 1e-3, weightDecay: 0.05, warmup: 5)
        stage.batchNormalization = .batch
        stage.augmentation = .usual
        return Recipe(
            unchecked: "from-scratch", summary: "everything from random values: no transfer",
            isPretrained: false, stages: [stage])
    }()

    /// The first stage of most of them.
    private static let firstHead: Stage = {
        var stage = Stage(name: "head", trainable: .head)
        stage.epochs = 60
        return stage
    }()

    /// A stage that trains the last layers with the head, and counts only where that is better.
    private static func last(
        _ share: Double, _ name: String, learningRate: Float, patience: Int = Stage.tuningPatience
    ) -> Stage {
        var stage = Stage.tuning(.share(share), name: name, learningRate: learningRate)
        stage.patience = patience
        return stage
    }

    /// A stage that trains everything, carefully at first.
    private static func everything(
        epochs: Int, patience: Int?, learningRate: Float, weightDecay: Float, warmup: Double
    ) -> Stage {
        var stage = Stage(name: "all", trainable: .all)
        (stage.epochs, stage.patience) = (epochs, patience)
        stage.learningRate = learningRate
        stage.changeCarefully(weightDecay: weightDecay, warmup: warmup)
        return stage
    }
}

extension Stage {
    /// The patience of a stage that is kept only where it is better.
    static let tuningPatience = 5

    /// Lets AdamW begin with small steps, end with small ones, and take no huge one.
    fileprivate mutating func changeCarefully(weightDecay: Float, warmup: Double) {
        optimizer = OptimizerSettings(.adamw)
        optimizer.weightDecay = weightDecay
        schedule = .cosine(final: Schedule.usualFinal)
        self.warmup = warmup
        clipping = .norm(1)
    }

    /// A stage that trains layers of the trunk after a head was trained, and counts only where validation
    /// says that it is better: at a hundredth of the head's learning rate, with little patience.
    public static func tuning(
        _ trainable: Trainable, name: String = "tune", learningRate: Float = 2e-5
    ) -> Stage {
        var stage = Stage(name: name, trainable: trainable)
        stage.patience = tuningPatience
        stage.learningRate = learningRate
        stage.isKeptOnlyIfBetter = true
        return stage
    }
}
