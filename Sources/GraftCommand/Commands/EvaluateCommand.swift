import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels
import GraftReports
import GraftTraining

/// `graft evaluate`
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measure a model on labelled pictures.",
        discussion: """
            Uses the test part of DATA, else its validation part, else all pictures. Pictures that the \
            model was trained on do not count, except with --include-training. --json tells more than the \
            table: the figures of each class, the confusion matrix, and how far probabilities can be believed.
            """)

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Argument(
        help: "The folder of pictures, as for `graft train`, or a list of them.", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Option(help: "Use only this number of these pictures, the same share of each class.")
    var limit: Int?

    @Flag(help: "Count pictures that the model was trained on, too.")
    var includeTraining = false

    @Flag(help: "Neither read nor write cached features, as always with --tta.")
    var noCache = false

    @Option(
        help: "Write a report of these pictures, too: a page that needs nothing else.", completion: .file())
    var report: String?

    @OptionGroup var answering: AnsweringOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); it must be 1 or more.") }
        if answering.tta != nil, noCache { throw ValidationError("--no-cache has no effect with --tta.") }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(
            console, remainder: noCache || answering.tta != nil ? "" : Interruption.featuresAreKept
        ) {
            let bundle = try ModelBundle.load(model)
            let dataset = try options.open(data)
            var evaluator = Evaluator(bundle)
            evaluator.settings = answering.settings(threads)
            evaluator.limit = limit
            evaluator.usesCache = !noCache
            evaluator.includesTrainingPictures = includeTraining
            let progress = FeatureLine(console, tellsEvents: false)
            var unused = Unused()
            var findings: [Finding] = []
            let inspection = try await Inspection(
                evaluator, dataset, onProgress: { progress.show($0) },
                onFindings: { report in
                    for line in report.findingLines([.leftOut], width: console.width, limit: 8) {
                        console.write(line)
                    }
                    if let sentence = report.passedOver.sentence { console.line("", sentence) }
                    unused = Unused(report)
                    findings = report.findings
                },
                onCacheProblems: { for problem in $0 { console.line("cache", problem.forTerminal) } })
            console.json(Joined(inspection.evaluation, Joined(unused, EvaluationDetails(inspection))))
            show(inspection.evaluation, console)
            if let report {
                let page = try await ModelReport(
                    inspection, title: ModelPages.title(of: model), part: inspection.partWords,
                    dataset: dataset,
                    notes: findings, commands: PageCommands.all(bundle, model, data), threads: threads.count
                ).page()
                try FileReplacement.write(page, to: report)
                console.line("report", report)
            }
        }
    }

    /// What of the data was not used, for programs.
    private struct Unused: Encodable {
        var leftOut: [String] = []
        var passedOver: [Inventory.PassedOver] = []

        init() {}

        init(_ report: DoctorReport) {
            leftOut = report.findings(.leftOut).map(\.message)
            passedOver = report.passedOver
        }
    }

    private func show(_ result: Evaluation, _ console: Console) {
        var pictures = result.images.counted("picture")
        pictures += result.part == "all" ? "" : " of the \(result.part) part"
        if result.skipped > 0 { pictures += ", \(result.skipped.grouped) left out" }
        if result.trainedOn > 0 { pictures += ", not counting \(result.trainedOn.grouped) it was trained on" }
        console.line("evaluated", pictures)
        if let numbers = result.numbers {
            for number in numbers { console.line("", words(for: number)) }
            return console.line("loss", result.loss.share)
        }
        if let precision = result.meanAveragePrecision {
            console.line("mAP", precision.share)
        } else {
            let interval = result.top1Interval
            console.line(
                "top-1",
                "\(result.top1.share) (95% between \(interval[0].share) and \(interval[1].share))")
            if result.classes.count > 5 { console.line("top-5", result.top5.share) }
        }
        console.line("loss", result.loss.share)
        for entry in result.classes {
            let share = (entry.averagePrecision ?? entry.top1).share
            console.line(
                "", entry.name.shortened(to: 40).padded(to: 41) + "\(share)  of \(entry.images.grouped)")
        }
    }

    private func words(for number: Evaluation.NumberResult) -> String {
        let errors = number.errors
        let share = errors.determination.map { "   R² \($0.share)" } ?? ""
        return number.name.shortened(to: 24).padded(to: 25)
            + "off by \(errors.meanAbsolute.digits) in the mean, \(errors.rootMeanSquare.digits) RMS\(share)"
    }
}
