import ArgumentParser
import GraftDatasets
import GraftFiles
import GraftInsight
import GraftModels

/// `graft similar`
struct SimilarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similar", abstract: "Find the pictures that a model sees as most alike to one.",
        discussion: """
            Compares what the model's first dense layer reads. Without FOLDER the picture is compared with those \
            that the model was trained on, of which it keeps up to 2,000.
            """)

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Argument(help: "The picture.", completion: .file())
    var image: String

    @Argument(
        help: "Where to look: a folder of pictures, or a list of them. (default: the training pictures)",
        completion: .file())
    var folder: String?

    @Option(name: [.customShort("n"), .customLong("count")], help: "How many to name.")
    var count = 10

    @OptionGroup(title: "Reading the data") var options: DataOptions

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count); it must be 1 or more.") }
        if folder == nil, !options.words.isEmpty {
            throw ValidationError("\(options.words.dropFirst()) has no effect without a folder.")
        }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console, remainder: folder == nil ? "" : Interruption.featuresAreKept)
        {
            var settings = Predictor.Settings()
            settings.threads = threads.count
            let predictor = try Predictor(
                try ModelBundle.load(model), settings: settings, keepingFeaturesIn: .current)
            let similar = try await SimilarPictures(predictor, to: .file(image))
            let matches: [SimilarPictures.Match]
            if let folder {
                let dataset = try options.openSortedOrNot(folder)
                let found = try await similar.among(dataset, count) {
                    PictureCount.show($0, of: dataset.samples.count, console)
                }
                for examination in found.examinations {
                    if let problem = examination.problem { Console.complain(problem.forTerminal) }
                }
                matches = found.matches
            } else {
                matches = try similar.amongTraining(count)
            }
            for match in matches {
                console.json(match)
                if !console.isJSON {
                    console.write(
                        "\(match.similarity.share)  \(match.path)\(match.label.map { "  (\($0))" } ?? "")")
                }
            }
        }
    }
}

/// How many pictures are looked at.
enum PictureCount {
    /// Redraws the line on a terminal.
    static func show(_ done: Int, of total: Int, _ console: Console) {
        console.redraw(isFinal: done == total) {
            "reading".padded(to: Console.labelWidth)
                + "\(progressBar(Double(done) / Double(max(total, 1)), width: 28))  \(done.grouped)/\(total.grouped)"
        }
    }
}
