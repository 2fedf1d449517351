import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels
import GraftReports
import Synchronization

/// `graft report`
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make the report of a model: one page that needs nothing else.",
        discussion: """
            Shows how good the model is and how sure that is, its mistakes with their pictures and what each \
            answer rests on, what is unlike the training pictures, and how training went. `graft train` writes \
            one of the validation pictures into the model's folder; this one is of the test part of DATA, else \
            its validation part, else all pictures.
            """)

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Argument(help: "The folder of pictures, as for `graft train`, or a list of them.", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Where to write the page. (default: report.html in the model's folder)", completion: .file())
    var output: String?

    @Flag(help: "Count pictures that the model was trained on, too.")
    var includeTraining = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: Interruption.featuresAreKept) {
            let bundle = try ModelBundle.load(model)
            let dataset = try options.open(data)
            var evaluator = Evaluator(bundle)
            evaluator.settings.threads = threads.count
            evaluator.includesTrainingPictures = includeTraining
            let progress = FeatureLine(console, tellsEvents: false)
            var findings: [Finding] = []
            let inspection = try await Inspection(evaluator, dataset) {
                progress.show($0)
            } onFindings: {
                findings = $0.findings
            }
            let page = try await ModelReport(
                inspection, title: ModelPages.title(of: model), part: inspection.partWords, dataset: dataset,
                notes: findings, commands: PageCommands.all(bundle, model, data), threads: threads.count
            ).page()
            let path = output ?? model.appending(name: ModelPages.report)
            try FileReplacement.write(page, to: path)
            console.json(Written(report: path, bytes: page.count))
            console.line("report", path)
        }
    }

    private struct Written: Encodable {
        var report: String
        var bytes: Int
    }
}
