import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels
import GraftTraining

/// `graft advise`
struct AdviseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advise", abstract: "Find out which network suits some pictures, and how to train it.",
        discussion: """
            Tries the pretrained networks whose weights are here on at most 1,500 of the pictures: how well a \
            linear classifier, cross-validated in five parts, tells the labels from a network's features. Then, \
            for the best one, at several input sizes and depths, with mirrored pictures, and with fewer \
            pictures. What costs less is taken where the figures are about the same. Pictures of a test part \
            are not looked at.

            The features are kept: training on the recommended network finds them.
            """)

    @Argument(help: "The pictures: a folder, a list, or one of the other forms.", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Option(
        help: ArgumentHelp(
            "Networks to try, separated by commas. (default: those whose weights are here)",
            valueName: "names"))
    var bases: String?

    @Option(
        help: ArgumentHelp(
            "The time that trying may take, such as 90s, 10m or 1.5h. (default: 10m)", valueName: "time"))
    var budget: TimeChoice?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Write the recipe for `graft train --recipe`: a name that ends in .yaml.", completion: .file())
    var output: String?

    @Flag(help: "Neither read nor write cached features.")
    var noCache = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    private static let usualBudget = 600.0

    private var names: [String] {
        (bases ?? "").split { ", ".contains($0) }.map(String.init)
    }

    func validate() throws {
        if bases != nil, names.isEmpty { throw ValidationError("--bases names no network.") }
        if let output, !["yaml", "yml"].contains(output.ending) {
            throw ValidationError("--output is \(output); its name must end in .yaml.")
        }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: noCache ? "" : Interruption.featuresAreKept) {
            let dataset = try options.open(data)
            DataLines.show(DataSummary(dataset), console)
            let line = FeatureLine(console, tellsEvents: false)
            let advisor = Advisor(
                dataset, bases: names, budget: budget?.seconds ?? Self.usualBudget, threads: threads.count,
                usesCache: !noCache
            ) { event in
                switch event {
                case .reading(let done, let total):
                    console.redraw(isFinal: done == total) {
                        "reading".padded(to: Console.labelWidth)
                            + "\(progressBar(Double(done) / Double(total), width: 28))  \(done.grouped)/\(total.grouped)"
                    }
                case .trying(let name): console.redraw { "trying".padded(to: Console.labelWidth) + name }
                case .features(let progress): if progress.done < progress.total { line.show(progress) }
                }
            }
            let advice = try await advisor.advise()
            AdviceTable(advice, console).show()
            if let output { try FileReplacement.write(advice.recipe.yaml, to: output) }
            console.line("next", next(advice))
            console.json(advice)
        }
    }

    /// The command that does what was advised.
    private func next(_ advice: Advice) -> String {
        let data = data.quotedForShell + options.words
        if let output { return "graft train \(data) --recipe \(output.quotedForShell)" }
        return "graft advise \(data) -o advised.yaml, then graft train \(data) --recipe advised.yaml"
    }
}
