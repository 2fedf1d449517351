import ArgumentParser
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels
import GraftReports
import GraftTraining

/// `graft doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Read every picture and report what is wrong with the data.",
        discussion: """
            Names each file that is unreadable, cut short or of another type than its name says, duplicates, \
            and classes with too few pictures, and all that is not used. DATA may be a plain text with a path \
            on each line, too.

            Names pictures that are nearly the same as others, even mirrored or turned; much darker or softer \
            ones; and properties, such as the size, that give the class away. Where the weights of a network \
            are here, its features tell which pictures have a wrong class, and which are unlike all others; \
            --quick leaves that out.

            The exit code is 1 if the data cannot be trained on, or, with \
            --strict, if any file would be left out.
            """)

    @Argument(
        help: "The folder of pictures, or a list of them (.csv, .tsv, .jsonl).", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Flag(help: "Exit with 1 if any file would be left out.")
    var strict = false

    @Flag(help: "Look at no features, which takes a second for some hundred pictures the first time.")
    var quick = false

    @Option(help: "The network whose features are looked at; `graft models` lists them.")
    var base: String?

    @Option(
        help: ArgumentHelp(
            """
            Write a list for `graft train` without the pictures that are left out, are copies, or have almost \
            certainly a wrong class: a path that ends in .csv.
            """, valueName: "file"), completion: .file())
    var writeList: String?

    @Option(
        help: ArgumentHelp(
            "Write a page with the pictures of what was found: a path that ends in .html.", valueName: "file"),
        completion: .file())
    var report: String?

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if quick, base != nil { throw ValidationError("--base has no effect with --quick.") }
        if let report, report.ending != "html" {
            throw ValidationError("--report is \(report); its name must end in .html.")
        }
        if let writeList, writeList.ending != "csv" {
            throw ValidationError("--write-list is \(writeList); its name must end in .csv.")
        }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: quick ? "" : Interruption.featuresAreKept) {
            let trunk = try base.map { try Trunk(.named($0)) }
            let dataset = try options.openSortedOrNot(data)
            let examinations = try await Doctor.examine(dataset, threads: threads.count) { done, total in
                console.redraw(isFinal: done == total) {
                    "reading".padded(to: Console.labelWidth)
                        + "\(progressBar(Double(done) / Double(total), width: 28))  \(done.grouped)/\(total.grouped)"
                }
            }
            let insight = DataInsight(dataset, examinations)
            var more = insight.findings()
            if !quick, let vectors = try await vectors(of: dataset, trunk, console) {
                more += await insight.findings(vectors, threads: threads.count)
            }
            let found = DoctorReport(dataset, examinations).adding(more)
            console.json(found)
            for line in found.lines(width: console.width, limit: .max) { console.write(line) }
            if let writeList {
                let list = CleanedList(dataset, found)
                try FileReplacement.write(try list.text(PathInList.at(writeList)), to: writeList)
                console.line("list", "\(writeList), without \(list.leftOutCount.counted("picture"))")
            }
            if let report {
                let title = ModelPages.title(of: data)
                let page = try await DoctorPage(found, dataset, title: title, threads: threads.count).html()
                try FileReplacement.write(page, to: report)
                console.line("report", report)
            }
            let isHopeless = !Doctor.obstacles(to: dataset, examinations).isEmpty
            if isHopeless || (strict && !found.findings(.leftOut).isEmpty) { throw ExitCode.failure }
        }
    }

    /// What a network sees in the pictures; `nil` where no weights are here, which is said.
    private func vectors(of dataset: any Dataset, _ wanted: Trunk?, _ console: Console) async throws
        -> [[Float]?]?
    {
        guard dataset.task.rules.classesPerPicture == .one, dataset.classes.count > 1 else { return nil }
        let trunk = try wanted ?? Trunk(.named("efficientnet_lite0"))
        guard trunk.hasWeights else {
            if wanted != nil { _ = try trunk.loadParameters() }
            console.line(
                "features",
                "not looked at, for no weights are here: get them with `graft weights pull \(trunk.architecture.name)`"
            )
            return nil
        }
        let line = FeatureLine(console, tellsEvents: false)
        return try await TrunkVectors(trunk, threads: threads.count).rows(of: dataset, isNormalized: true) {
            line.show($0)
        }.rows
    }
}
