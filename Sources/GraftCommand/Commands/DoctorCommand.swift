import ArgumentParser
import GraftDatasets
import GraftFiles

/// `graft doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Read every picture and report what is wrong with the data.",
        discussion: """
            Names each file that is unreadable, cut short or of another type than its name says, duplicates, \
            and classes with too few pictures, and all that is not used. DATA may be a plain text with a path \
            on each line, too. The exit code is 1 if the data cannot be trained on, or, with \
            --strict, if any file would be left out.
            """)

    @Argument(
        help: "The folder of pictures, or a list of them (.csv, .tsv, .jsonl).", completion: .file())
    var data: String

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @Flag(help: "Exit with 1 if any file would be left out.")
    var strict = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let dataset = try open()
            let examinations = try await Doctor.examine(dataset, threads: threads.count) { done, total in
                console.redraw(isFinal: done == total) {
                    "reading".padded(to: Console.labelWidth)
                        + "\(progressBar(Double(done) / Double(total), width: 28))  \(done.grouped)/\(total.grouped)"
                }
            }
            let report = DoctorReport(dataset, examinations)
            console.json(report)
            for line in report.lines(width: console.width, limit: .max) { console.write(line) }
            let isHopeless = !Doctor.obstacles(to: dataset, examinations).isEmpty
            if isHopeless || (strict && !report.findings(.leftOut).isEmpty) { throw ExitCode.failure }
        }
    }

    /// The data, with classes if it has any: pictures that are not sorted yet are looked at all the same.
    private func open() throws -> any Dataset {
        do {
            return try options.open(data)
        } catch {
            guard error.code == .noClasses, options.labelsFrom == nil else { throw error }
            let isFile = ((try? FileStatus.of(data)) ?? nil)?.kind == .file
            return isFile ? try ListDataset(unlabelled: data) : try ImageFolder(unsorted: data)
        }
    }
}
