import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels

/// `graft active`
struct ActiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "active", abstract: "Choose which pictures to label next.",
        discussion: """
            Names the pictures of a folder that a model learns most from when somebody labels them: it is unsure of \
            them, and they are unlike each other and those that it was trained on. With -o they become a list whose \
            labels are what the model takes them for: correct these, and give it to `graft train`.
            """)

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Argument(help: "The folder of pictures, or a list of them.", completion: .file())
    var folder: String

    @Option(name: [.customShort("n"), .customLong("count")], help: "How many to name.")
    var count = 50

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "Write them as a list to be labelled: a path that ends in .csv.", completion: .file())
    var output: String?

    @OptionGroup(title: "Reading the data") var options: DataOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count); it must be 1 or more.") }
        if let output, output.ending != "csv" {
            throw ValidationError("--output is \(output); its name must end in .csv.")
        }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: Interruption.featuresAreKept) {
            var settings = Predictor.Settings()
            settings.threads = threads.count
            let predictor = try Predictor(
                try ModelBundle.load(model), settings: settings, keepingFeaturesIn: .current)
            let dataset = try options.openSortedOrNot(folder)
            let (choices, examinations) = try await PicturesToLabel.choose(count, of: dataset, by: predictor)
            {
                PictureCount.show($0, of: dataset.samples.count, console)
            }
            for examination in examinations {
                if let problem = examination.problem { Console.complain(problem.forTerminal) }
            }
            for choice in choices {
                console.json(choice)
                if !console.isJSON {
                    console.write(
                        "\(choice.uncertainty.share)  \(choice.path)  \(choice.label) \(choice.probability.share)"
                    )
                }
            }
            if let output {
                let place = PathInList.at(output)
                let rows = choices.map {
                    [place($0.path), $0.label].map { $0.cellOfList }.joined(separator: ",")
                }
                try FileReplacement.write((["path,label"] + rows).joined(separator: "\n") + "\n", to: output)
                console.line("list", output)
            }
        }
    }
}
