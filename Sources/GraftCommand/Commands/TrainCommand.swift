import ArgumentParser
import Graft

/// `graft train`
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on pictures.",
        discussion: """
            DATA holds one folder of pictures a class; or train/ and validation/ (or val/), and test/ if \
            there is one, with a folder a class each; or Pascal VOC, CIFAR, the IDX files of MNIST; or it is a \
            list, .csv or .jsonl, of pictures with their classes or numbers.

            A new head is trained on the features of a pretrained network, which are computed once for each \
            picture and kept; then the last part of the network is trained too, where validation says that it \
            pays. Files that are no pictures are left out by name.
            """)

    @OptionGroup var training: TrainingOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Where to save the model. (default: DATA's name with .graft)")
    var output: String?

    @Flag(help: "Go on where an interrupted training of the same model stopped.")
    var resume = false

    @Flag(help: "Keep no checkpoint while training.")
    var noCheckpoint = false

    @Flag(help: "Show what would be trained, and stop: the same as `graft plan`.")
    var dryRun = false

    @Flag(help: "Stop at a file that cannot be used instead of leaving it out.")
    var strict = false

    @Flag(help: "Neither use nor keep cached features.")
    var noCache = false

    @OptionGroup var console: OutputOptions

    func validate() throws {
        if resume && noCheckpoint {
            throw ValidationError("--resume needs the checkpoint that --no-checkpoint leaves out.")
        }
        if dryRun && resume { throw ValidationError("--resume has no effect with --dry-run.") }
    }

    func run() async throws {
        let path = output ?? ModelBundle.defaultPath(forData: training.data)
        if dryRun { return try await PlanCommand.show(training, console.console) }
        let report = TrainReport(console.console)
        let remainder =
            noCheckpoint ? (noCache ? "" : Interruption.featuresAreKept) : Interruption.checkpointIsKept
        try await Interruption.guarding(report.console, remainder: remainder) {
            try ModelBundle.checkCanSave(to: path)
            var learning = try training.learning()
            learning.isStrict = strict
            learning.usesCache = !noCache
            learning.checkpoint = noCheckpoint ? nil : "\(path).checkpoint"
            learning.resumes = resume
            let model = try await learning.train { report.show($0) }
            try model.save(to: path)
            try learning.removeCheckpoint()
            report.saved(model, at: path)
        }
    }
}
