import ArgumentParser
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftImages
import GraftModels
import GraftTraining

/// What is trained on which data, and how: the same for `graft train` and `graft plan`.
struct TrainingOptions: ParsableArguments {
    @Argument(help: "The pictures: a folder, a list, or one of the other forms.", completion: .file())
    var data: String

    @OptionGroup(title: "Data")
    var dataOptions: DataOptions

    @Option(
        help:
            "The share of each class to hold out, if DATA has no validation pictures. (default: 0.2)"
    )
    var validationSplit: Double?

    @Option(help: "Use only this number of pictures, the same share of each class and part.")
    var limit: Int?

    @Option(help: "The seed of all random numbers; the same seed gives the same model.")
    var seed: UInt64 = 0

    @Option(
        help:
            "The pretrained network; `graft models` lists them. (default: what the recipe says, else efficientnet_lite0)"
    )
    var base: String?

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            """
            Go on from a model of yours, with more pictures or more classes: its network, its input and what its head \
            knows are kept.
            """, valueName: "model"), completion: .directory)
    var start: String?

    @Option(
        help: "A file of weights: Keras, PyTorch, safetensors or .npy. (default: the published ones)",
        completion: .file()
    )
    var weights: String?

    @OptionGroup var input: InputOptions

    @Option(
        help: ArgumentHelp(
            """
            What the network sees of a picture: crop, the centre, as when it was trained; or whole, the \
            whole picture squeezed to its input, for numbers that are places in the picture.
            """))
    var resize = ResizeChoice.crop

    @Option(
        help: ArgumentHelp(
            """
            How grey pictures enter a network for colour ones: replicate gives it three equal channels; sum \
            adds up the kernels of its first layer, which then takes one channel, and makes colour pictures \
            grey.
            """))
    var grey = GreyChoice.replicate

    @Option(
        help: ArgumentHelp(
            """
            The network's precision: f32, bf16, or int8 (frozen convolutions quantized, calibrated on some \
            of the pictures). auto takes the faster of f32 and bf16 on this processor; for a head alone on \
            very many pictures it takes int8, if a trial says that this does as well.
            """))
    var precision = PrecisionChoice.auto

    @Option(
        help: ArgumentHelp(
            """
            How to train: a built-in recipe (`graft recipes` lists them), which the options below change, or \
            a file of yours. (default: auto)
            """, valueName: "name-or-file"), completion: .file())
    var recipe: String?

    @Option(help: "The new last layers of the network. (default: pooled)")
    var head: HeadChoice?

    @Option(
        help: ArgumentHelp(
            """
            The maximum number of epochs of the first stage, which in most recipes trains the head. It stops \
            earlier if validation no longer improves. (default: 60)
            """)
    )
    var epochs: Int?

    @Option(help: "The learning rate of the first stage. (default: 0.003 for the head)")
    var learningRate: Float?

    @Option(help: "The batch size: the number of pictures per step. (default: 32)")
    var batchSize: Int?

    @Option(help: "The optimizer. (default: adam)")
    var optimizer: OptimizerChoice?

    @Option(
        help: ArgumentHelp(
            """
            After the head, fine-tune the last part of the network too: a share of its layers such as 0.3, \
            the first layer to train (`graft models NAME --no-top` lists them), a pattern such as 'block5*', \
            blocks:2 for the last two blocks, freeze-first:15 for all but the first 15 layers as Keras \
            counts them, or all. Kept only if validation is better.
            """, valueName: "what"))
    var unfreeze: String?

    @Option(help: "With --unfreeze, the learning rate of fine-tuning. (default: 0.00002)")
    var unfrozenLearningRate: Float?

    @Option(help: "With --unfreeze, the maximum number of epochs of fine-tuning. (default: 20)")
    var unfrozenEpochs: Int?

    @Option(
        help: ArgumentHelp(
            """
            With --unfreeze, the statistics of unfrozen BatchNorms: the stored ones, or, with train, those \
            of each batch. (default: stored)
            """)
    )
    var batchNorm: BatchNormChoice?

    @Option(
        help: ArgumentHelp(
            """
            Augment training pictures: light, usual, strong, or a list such as flip,rotation=15,zoom=0.2. \
            `graft augment` shows the result.
            """, valueName: "spec"))
    var augment: String?

    @Option(
        help: ArgumentHelp(
            """
            With --augment, the number of augmented variants per picture that are computed and cached; or \
            recompute, for new ones in each epoch. (default: 4)
            """, valueName: "number-or-recompute"))
    var variants: String?

    @Option(
        help: ArgumentHelp(
            """
            The time that training may take, such as 90s, 10m or 1.5h: stages are shortened to it, or left out. \
            (default: what the recipe says)
            """, valueName: "time"))
    var budget: TimeChoice?

    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        func check(_ isRight: Bool, _ flag: String, _ found: Any, _ expected: String) throws {
            if !isRight { throw ValidationError("\(flag) is \(found); it must be \(expected).") }
        }
        if let limit { try check(limit >= 1, "--limit", limit, "1 or more") }
        if start != nil {
            for (flag, isGiven) in [
                ("--base", base != nil), ("--weights", weights != nil),
                ("--input-size", input.inputSize != nil),
                ("--resize", resize != .crop), ("--grey", grey != .replicate),
                ("--precision", precision != .auto),
            ] where isGiven {
                throw ValidationError("\(flag) has no effect with --from: that is as in the model.")
            }
        }
        if let validationSplit {
            try check(
                validationSplit > 0 && validationSplit < 1, "--validation-split", validationSplit,
                "greater than 0 and less than 1")
        }
        let forHead: [(String, Bool)] = [
            ("--head", head != nil), ("--epochs", epochs != nil), ("--learning-rate", learningRate != nil),
            ("--batch-size", batchSize != nil), ("--optimizer", optimizer != nil),
            ("--unfreeze", unfreeze != nil), ("--augment", augment != nil), ("--variants", variants != nil),
        ]
        if let recipe, let (flag, _) = forHead.first(where: \.1), !Recipe.builtIn.map(\.name).contains(recipe)
        {
            throw ValidationError("\(flag) has no effect with --recipe \(recipe): change it in that file.")
        }
        if let recipe, unfreeze != nil {
            throw ValidationError(
                "--unfreeze has no effect with --recipe \(recipe), which says what is trained.")
        }
        if unfreeze == nil {
            let dependent: [(String, Bool)] = [
                ("--unfrozen-learning-rate", unfrozenLearningRate != nil),
                ("--unfrozen-epochs", unfrozenEpochs != nil), ("--batch-norm", batchNorm != nil),
            ]
            if let (flag, _) = dependent.first(where: \.1) {
                throw ValidationError("\(flag) has no effect without --unfreeze.")
            }
        }
        if variants != nil, augment == nil {
            throw ValidationError("--variants has no effect without --augment.")
        }
        for (flag, rate) in [
            ("--learning-rate", learningRate), ("--unfrozen-learning-rate", unfrozenLearningRate),
        ] {
            if let rate { try check(rate > 0 && rate.isFinite, flag, rate, "greater than 0 and finite") }
        }
        for (flag, count) in [("--epochs", epochs), ("--unfrozen-epochs", unfrozenEpochs)] {
            if let count { try check((1...1_000_000).contains(count), flag, count, "1 to 1000000") }
        }
        if let batchSize {
            try check((1...65536).contains(batchSize), "--batch-size", batchSize, "1 to 65536")
        }
        if let unfreeze { _ = try TrainingOptions.trainable(unfreeze) }
        if let variants { _ = try TrainingOptions.variants(variants) }
    }

    private static func trainable(_ text: String) throws -> Trainable {
        if text == "all" { return .all }
        if let share = Double(text) {
            guard share > 0, share < 1 else {
                throw ValidationError(
                    "--unfreeze is \(text); a share must be greater than 0 and less than 1, or all.")
            }
            return .share(share)
        }
        for (prefix, make) in [
            ("blocks:", { Trainable.blocks($0) }), ("freeze-first:", { Trainable.freezingFirst($0) }),
        ] where text.hasPrefix(prefix) {
            guard let count = Int(text.dropFirst(prefix.count)), count >= 1 else {
                throw ValidationError("--unfreeze is \(text); after \(prefix) comes a number, 1 or more.")
            }
            return make(count)
        }
        return text.contains("*") || text.contains("?") ? .layers([text]) : .from(text)
    }

    private static func variants(_ text: String) throws -> Variants {
        if text == "recompute" { return .recomputed }
        guard let count = Int(text), (1...1000).contains(count) else {
            throw ValidationError("--variants is \(text); it must be 1 to 1000, or recompute.")
        }
        return .cached(count)
    }

    /// The recipe that these options come to.
    func chosenRecipe() throws -> Recipe {
        let base = try recipe.map { try Recipe.named($0) } ?? .auto
        var stages = base.stages
        if let unfreeze {
            var tune = Stage.tuning(try TrainingOptions.trainable(unfreeze))
            if let unfrozenEpochs { tune.epochs = unfrozenEpochs }
            if let unfrozenLearningRate { tune.learningRate = unfrozenLearningRate }
            if batchNorm == .train { tune.batchNormalization = .batch }
            stages = [stages[0], tune]
        }
        if let epochs { stages[0].epochs = epochs }
        if let learningRate { stages[0].learningRate = learningRate }
        for index in stages.indices {
            if let batchSize { stages[index].batchSize = batchSize }
            if let optimizer { stages[index].optimizer = OptimizerSettings(optimizer.rule) }
            if let augment { stages[index].augmentation = try Augmentation(parsing: augment) }
            if let variants { stages[index].variants = try TrainingOptions.variants(variants) }
            stages[index].alternatives = stages[index].alternatives.compactMap(alternative)
        }
        return try Recipe(
            name: unfreeze == nil ? base.name : "custom", summary: base.summary, base: base.base,
            inputSize: base.inputSize, isPretrained: base.isPretrained, head: head?.design ?? base.head,
            stages: stages,
            budget: unfreeze == nil ? base.budget : nil)
    }

    /// A way to do a stage of a built-in recipe, without what these options decide; `nil` where nothing is left of it.
    private func alternative(_ way: Alternative) -> Alternative? {
        var way = way
        if augment != nil { (way.augmentation, way.variants, way.mixing) = (nil, nil, nil) }
        if optimizer != nil { way.optimizer = nil }
        return way.isEmpty ? nil : way
    }

    /// The network where nothing else is said.
    static let usualBase = "efficientnet_lite0"

    /// Refuses options for what the recipe says itself.
    private func check(_ found: Recipe) throws {
        for (flag, isGiven) in [
            ("--base", base != nil && found.base != nil),
            ("--input-size", input.inputSize != nil && found.inputSize != nil),
        ] where isGiven {
            throw ValidationError(
                "\(flag) has no effect with --recipe \(recipe ?? found.name), which says it: change it there."
            )
        }
    }

    /// Opens the data and the network.
    func learning() throws -> TransferLearning {
        var dataset = try dataOptions.open(data)
        if let limit { dataset = try DatasetSubset(dataset, limit: limit, seed: seed) }
        let recipe = try chosenRecipe()
        try check(recipe)
        if let start {
            var learning = try TransferLearning(
                dataset, from: try ModelBundle.load(start), named: start.withoutTrailingSlashes.lastName)
            set(&learning, recipe)
            return learning
        }
        let trunk = try Trunk(
            .named(base ?? recipe.base ?? TrainingOptions.usualBase), weightsFile: weights,
            inputSize: input.inputSize ?? recipe.inputSize,
            seesWholePicture: resize == .whole,
            isGrey: grey == .sum, precision: precision.precision)
        var learning = TransferLearning(dataset, trunk: trunk)
        set(&learning, recipe)
        return learning
    }

    private func set(_ learning: inout TransferLearning, _ recipe: Recipe) {
        learning.recipe = recipe
        learning.seed = seed
        learning.validationShare = validationSplit
        learning.threads = threads.count
        learning.budget = budget?.seconds
    }
}

/// What `--budget` takes.
struct TimeChoice: ExpressibleByArgument {
    let seconds: Double

    init?(argument: String) {
        guard let seconds = TimeText.seconds(argument) else { return nil }
        self.seconds = seconds
    }
}

/// What `--resize` takes.
enum ResizeChoice: String, ExpressibleByArgument, CaseIterable { case crop, whole }

/// What `--grey` takes.
enum GreyChoice: String, ExpressibleByArgument, CaseIterable { case replicate, sum }

/// What `--batch-norm` takes.
enum BatchNormChoice: String, ExpressibleByArgument, CaseIterable { case stored, train }

/// What `--head` takes.
enum HeadChoice: String, ExpressibleByArgument, CaseIterable {
    case pooled
    case flatten256 = "flatten-256"
    case flatten4096 = "flatten-4096"

    /// The head that it stands for.
    var design: HeadDesign {
        switch self {
        case .pooled: .usual
        case .flatten256: .flattened(units: [256], dropout: HeadDesign.denseDropout)
        case .flatten4096: .flattened(units: [4096, 4096], dropout: HeadDesign.denseDropout)
        }
    }
}

/// What `--optimizer` takes.
enum OptimizerChoice: String, ExpressibleByArgument, CaseIterable {
    case adam, adamw, sgd, rmsprop

    /// The rule that it stands for.
    var rule: OptimizerSettings.Rule {
        switch self {
        case .adam: .adam
        case .adamw: .adamw
        case .sgd: .sgd
        case .rmsprop: .rmsprop
        }
    }
}
