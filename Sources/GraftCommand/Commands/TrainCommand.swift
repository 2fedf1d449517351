import ArgumentParser
import Graft

/// `graft train`
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a classifier on a folder of pictures.",
        discussion: """
            DATA holds one folder of pictures a class; or train/ and validation/ (or val/), and test/ if \
            there is one, with a folder a class each; or the IDX files of MNIST or Fashion-MNIST.

            The pretrained network stays as it is, but for the part that --unfreeze names: its features are \
            computed once for each picture and kept, and a new head is trained on them. Files that are no pictures are left out by name.
            """)

    @Argument(help: "The folder of pictures.")
    var data: String

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Where to save the model. (default: DATA's name with .graft)")
    var output: String?

    @Option(help: "The pretrained network; `graft models` lists them.")
    var base = "efficientnet_lite0"

    @Option(
        help:
            "A file of weights for that network: Keras, PyTorch, safetensors or .npy. (default: the published ones)"
    )
    var weights: String?

    @Option(
        help:
            "The greatest number of passes over the training pictures; training stops before when validation stops improving."
    )
    var epochs = HeadSettings().epochs

    @Option(help: "The learning rate (Adam).")
    var learningRate = HeadSettings().learningRate

    @Option(help: "The number of pictures a step.")
    var batchSize = HeadSettings().batchSize

    @Option(
        help: ArgumentHelp(
            """
            Train the last part of the network too, after the head: a share of its layers such as 0.3, or the \
            name of the first layer to train (`graft models NAME --no-top` lists them). Kept only where \
            validation says that it is better.
            """, valueName: "share-or-layer"))
    var unfreeze: String?

    @Option(help: "With --unfreeze, the learning rate of that part and the head. (default: 0.00002)")
    var unfrozenLearningRate: Float?

    @Option(help: "With --unfreeze, the greatest number of passes. (default: 20)")
    var unfrozenEpochs: Int?

    @Option(help: "Height and width that pictures are scaled to. (default: the network's own)")
    var inputSize: Int?

    @Option(
        help:
            "The share of each class held out for validation. (default: 0.2, where DATA has no validation folder)"
    )
    var validationSplit: Double?

    @Option(help: "Use only so many pictures, the same share of each class and part.")
    var limit: Int?

    @Option(help: "What all random numbers depend on; the same seed gives the same model.")
    var seed: UInt64 = 0

    @Option(help: "The network's arithmetic: f32, bf16, or auto for the faster one on this processor.")
    var precision = PrecisionChoice.auto

    @Flag(help: "Stop at a file that cannot be used instead of leaving it out.")
    var strict = false

    @Flag(help: "Neither use nor keep cached features.")
    var noCache = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        func check(_ isRight: Bool, _ flag: String, _ found: Any, _ expected: String) throws {
            if !isRight { throw ValidationError("\(flag) is \(found); it must be \(expected).") }
        }
        try check(epochs >= 1, "--epochs", epochs, "1 or more")
        try check(
            learningRate > 0 && learningRate.isFinite, "--learning-rate", learningRate,
            "greater than 0 and finite")
        try check((1...65536).contains(batchSize), "--batch-size", batchSize, "1 to 65536")
        if let inputSize {
            try check((1...16384).contains(inputSize), "--input-size", inputSize, "1 to 16384")
        }
        if unfreeze == nil {
            if unfrozenLearningRate != nil {
                throw ValidationError("--unfrozen-learning-rate has no effect without --unfreeze.")
            }
            if unfrozenEpochs != nil {
                throw ValidationError("--unfrozen-epochs has no effect without --unfreeze.")
            }
        }
        if let rate = unfrozenLearningRate {
            try check(
                rate > 0 && rate.isFinite, "--unfrozen-learning-rate", rate, "greater than 0 and finite")
        }
        if let epochs = unfrozenEpochs { try check(epochs >= 1, "--unfrozen-epochs", epochs, "1 or more") }
        if let share = unfreeze.flatMap(Double.init) {
            try check(
                share > 0 && share < 1, "--unfreeze", share, "a layer, or greater than 0 and less than 1")
        }
        if let limit { try check(limit >= 1, "--limit", limit, "1 or more") }
        if let validationSplit {
            try check(
                validationSplit > 0 && validationSplit < 1, "--validation-split", validationSplit,
                "greater than 0 and less than 1")
        }
    }

    private var fineTuning: FineTuning? {
        guard let unfreeze else { return nil }
        var tuning = FineTuning(from: Double(unfreeze).map { .share($0) } ?? .node(unfreeze))
        if let unfrozenEpochs { tuning.epochs = unfrozenEpochs }
        if let unfrozenLearningRate { tuning.learningRate = unfrozenLearningRate }
        return tuning
    }

    func run() async throws {
        let report = TrainReport(console.console)
        try await Interruption.guarding(
            report.console, remainder: noCache ? "" : Interruption.featuresAreKept
        ) {
            let path = output ?? ModelBundle.defaultPath(forData: data)
            try ModelBundle.checkCanSave(to: path)
            var dataset = try DatasetReader.open(data)
            if let limit { dataset = try DatasetSubset(dataset, limit: limit, seed: seed) }
            let trunk = try Trunk(
                .named(base), weightsFile: weights, inputSize: inputSize, precision: precision.precision)
            var learning = TransferLearning(dataset, trunk: trunk)
            learning.settings.epochs = epochs
            learning.settings.learningRate = learningRate
            learning.settings.batchSize = batchSize
            learning.settings.seed = seed
            learning.fineTuning = fineTuning
            learning.validationShare = validationSplit
            learning.isStrict = strict
            learning.usesCache = !noCache
            learning.threads = threads.count
            let model = try await learning.train { report.show($0) }
            try model.save(to: path)
            report.saved(model, at: path)
        }
    }
}
