import ArgumentParser
import Graft

/// `graft predict`
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Name what is on pictures.",
        discussion: """
            A folder stands for all pictures in it. With - the paths are read from standard input, one a \
            line. Files that are no pictures are named, the others predicted all the same; the exit code \
            is then 1.
            """)

    @Argument(help: "The model that `graft train` saved.")
    var model: String

    @Argument(help: "Pictures, folders, or - for a list on standard input.")
    var images: [String]

    @Option(help: "How many classes to name for each picture.")
    var top = 1

    @Option(help: "The network's arithmetic: f32, bf16, or auto for what it was trained in.")
    var precision = PrecisionChoice.auto

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if images.isEmpty { throw ValidationError("Name at least one picture or folder, or - for a list.") }
        if top < 1 { throw ValidationError("--top is \(top); it must be 1 or more.") }
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let bundle = try ModelBundle.load(model)
            let paths = try PicturePaths.collect(images) { Self.listedPaths() }
            let predictor = Predictor(bundle, precision: precision.precision, threads: threads.count)
            let width = min(paths.map(\.count).max() ?? 0, 48)
            let results = try await predictor.predict(paths) { path, result in
                show(path, result, width: width, console)
            }
            let failures = results.count { if case .failure = $0 { true } else { false } }
            if failures > 0 {
                if results.count > 1 {
                    console.write(
                        "\(failures.grouped) of \(results.count.counted("file")) could not be used.")
                }
                throw ExitCode.failure
            }
        }
    }

    private struct Answer: Encodable {
        var image: String
        var predictions: [Prediction]?
        var error: String?
    }

    private func show(
        _ path: String, _ result: Result<[Prediction], any Error>, width: Int, _ console: Console
    ) {
        switch result {
        case .success(let predictions):
            let named = Array(predictions.prefix(top))
            console.json(Answer(image: path, predictions: named))
            if console.isJSON { return }
            let words = named.map { "\($0.label) \($0.probability.share)" }.joined(separator: "   ")
            // A program that reads the words wants whole paths.
            console.write(
                (console.isTerminal ? path.shortened(to: width) : path).padded(to: width + 2) + words)
        case .failure(let error):
            console.json(Answer(image: path, error: "\(error)"))
            Console.complain("\(error)")
        }
    }

    private static func listedPaths() -> [String] {
        var paths: [String] = []
        while let line = readLine() { if !line.isEmpty { paths.append(line) } }
        return paths
    }
}
