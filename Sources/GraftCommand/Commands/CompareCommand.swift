import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels

/// `graft compare`
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare two models on the same pictures.",
        discussion: """
            Tells how often each is right, how often they agree, and whether the difference is more than \
            chance (McNemar's exact test). Pictures that one of them was trained on do not count, except with \
            --include-training.
            """)

    @Argument(help: "A model that `graft train` saved.", completion: .directory)
    var first: String

    @Argument(help: "Another one.", completion: .directory)
    var second: String

    @Argument(help: "The folder of pictures, as for `graft train`, or a list of them.", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Flag(help: "Count pictures that a model was trained on, too.")
    var includeTraining = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: Interruption.featuresAreKept) {
            func evaluator(_ path: String) throws -> Evaluator {
                var evaluator = Evaluator(try ModelBundle.load(path))
                evaluator.settings.threads = threads.count
                evaluator.includesTrainingPictures = includeTraining
                return evaluator
            }
            let progress = FeatureLine(console, tellsEvents: false)
            let result = try await ModelComparison(
                evaluator(first), evaluator(second), on: try options.open(data)
            ) { progress.show($0) }
            console.json(result)
            show(result, console)
        }
    }

    private func show(_ result: ModelComparison, _ console: Console) {
        console.line("pictures", result.images.grouped)
        for (path, share) in zip([first, second], result.top1) {
            console.line("top-1", "\(share.share)   \(path)")
        }
        console.line("agreement", "\(result.agreement.share) of the answers are the same")
        let test = result.mcnemar
        console.line(
            "McNemar",
            "only the first is right: \(test.b.grouped), only the second: \(test.c.grouped); p = \(test.pValue.share)"
        )
        console.line(
            "", test.pValue < 0.05 ? "the difference is more than chance" : "the difference may be chance")
        for difference in result.differences.prefix(8) {
            console.line(
                "",
                "\(difference.path): \(difference.given); first \(difference.first), second \(difference.second)"
            )
        }
        if result.differences.count > 8 {
            console.line("", "and \((result.differences.count - 8).grouped) more; --json lists all")
        }
    }
}
