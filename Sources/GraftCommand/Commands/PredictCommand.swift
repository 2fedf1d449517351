import ArgumentParser
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftModels
import GraftTraining

/// `graft predict`
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Say what is on pictures.",
        usage: """
            graft predict MODEL IMAGE... [OPTIONS]
            graft predict --pretrained NETWORK IMAGE... [OPTIONS]
            """,
        discussion: """
            With --pretrained a network names the 1000 classes of ImageNet that it was published for; you \
            need no model of your own.

            A multi-label model names the classes with a probability of at least 0.5; a regression model \
            gives each number.

            A picture that is further from those that the model was trained on than 95 % of the validation \
            pictures were is told to be unlike anything it was trained on: then the answer means little.

            A folder stands for all pictures in it; what else is in it is left out, and named. With - the \
            paths are read from standard input, one per line, or separated by zero bytes. Files that are \
            named and are not pictures are told, and the exit code is then 1; all others are predicted.
            """)

    @Argument(help: "The model that `graft train` saved; not with --pretrained.", completion: .file())
    var model: String?

    @Argument(help: "Pictures, folders, or - for a list on standard input.", completion: .file())
    var images: [String] = []

    @Option(help: "Use a pretrained network with its 1000 classes; `graft models` lists them.")
    var pretrained: String?

    @Option(
        help: "With --pretrained, a file of weights, as for `graft train`. (default: the published ones)",
        completion: .file()
    )
    var weights: String?

    @Option(
        help: "With --pretrained, height and width that pictures are scaled to. (default: the network's own)")
    var inputSize: Int?

    @Option(
        help: ArgumentHelp(
            """
            The number of classes to name per picture. (default: 1; 5 with --pretrained; those of at least \
            0.5 in multi-label models)
            """)
    )
    var top: Int?

    @Flag(help: "Do not tell pictures that are unlike anything that the model was trained on.")
    var noReject = false

    @OptionGroup var answering: AnsweringOptions
    @OptionGroup var reading: PictureOptions
    @OptionGroup var fetching: FetchingOptions
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        if model == nil, pretrained == nil {
            throw ValidationError("Name a model, or a network with --pretrained, and pictures.")
        }
        if pictures.isEmpty {
            throw ValidationError("Name at least one picture or folder, or - for a list.")
        }
        if let top, top < 1 { throw ValidationError("--top is \(top); it must be 1 or more.") }
        if pretrained == nil {
            if weights != nil { throw ValidationError("--weights has no effect without --pretrained.") }
            if inputSize != nil { throw ValidationError("--input-size has no effect without --pretrained.") }
            if fetching.isOffline { throw ValidationError("--offline has no effect without --pretrained.") }
        }
        if noReject, pretrained != nil {
            throw ValidationError("--no-reject has no effect with --pretrained.")
        }
        if noReject, answering.tta != nil {
            throw ValidationError("--no-reject has no effect with --tta, which tells no such pictures.")
        }
        try NumberRange.inputSize.check(inputSize)
    }

    /// With --pretrained there is no model, and the first name is a picture's too.
    private var pictures: [String] { pretrained == nil ? images : (model.map { [$0] } ?? []) + images }

    private func predictor(_ console: Console) async throws -> Predictor {
        var settings = answering.settings(threads)
        if let count = reading.maxPixels { settings.maxPixels = count }
        settings.rejects = !noReject
        guard let pretrained else {
            return try Predictor(try ModelBundle.load(model ?? ""), settings: settings)
        }
        let architecture = try Architecture.named(pretrained)
        let predictor =
            fetching.isOffline
            ? try Predictor(
                pretrained: architecture, weightsFile: weights, inputSize: inputSize, settings: settings)
            : try await Predictor.pretrained(
                architecture, weightsFile: weights, inputSize: inputSize, settings: settings,
                onEvent: PullLine(console, name: architecture.name).show)
        if let notice = UnusedEntries.notice(predictor.unusedEntries, in: weights ?? "") {
            Console.complain(notice)
        }
        if let remark = predictor.weightsRemark { Console.complain(remark) }
        return predictor
    }

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let predictor = try await predictor(console)
            guard top == nil || predictor.task.rules.hasClasses else {
                throw ValidationError("--top has no effect on a model of numbers.")
            }
            let count = top ?? (pretrained == nil ? nil : 5)
            let paths = try PicturePaths.collect(pictures) {
                try StandardStreams.input()
            } onInventory: { folder, inventory in
                Self.show(inventory, of: folder, console)
            }
            let width = min(paths.map(\.count).max() ?? 0, 48)
            var failures = 0
            for try await answer in predictor.answers(for: paths.map(Picture.file)) {
                if answer.answer == nil { failures += 1 }
                show(
                    answer.name, answer.outcome.map { $0.naming(count) }, isUnlike: answer.isUnlike,
                    width: width,
                    console)
                // Nothing is left of an answer that is not read.
                try StandardStreams.requireAll()
            }
            if failures > 0 {
                if paths.count > 1 {
                    console.write(
                        "\(failures.grouped) of \(paths.count.counted("file")) could not be used.")
                }
                throw ExitCode.failure
            }
        }
    }

    /// What is told of a picture, as a line of JSON.
    private struct Line: Encodable {
        var image: String
        var answer: Answer?
        var error: String?
        var isUnlike = false

        private enum CodingKeys: String, CodingKey { case image, error, unlike }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(image, forKey: .image)
            try container.encodeIfPresent(error, forKey: .error)
            try answer?.encode(to: encoder)
            if isUnlike { try container.encode(true, forKey: .unlike) }
        }
    }

    private func show(
        _ path: String, _ result: Result<Answer, any Error>, isUnlike: Bool, width: Int, _ console: Console
    ) {
        // A program that reads the words wants whole paths.
        let start = (console.isTerminal ? path.shortened(to: width) : path).padded(to: width + 2)
        switch result {
        case .failure(let error):
            console.json(Line(image: path, error: error.forTerminal))
            Console.complain(error.forTerminal)
        case .success(let answer):
            console.json(Line(image: path, answer: answer, isUnlike: isUnlike))
            if console.isJSON { return }
            let named = answer.predictions ?? []
            let warning = isUnlike ? "unlike anything it was trained on" : nil
            if named.count > 3 {
                console.write([path, warning].compactMap(\.self).joined(separator: "   "))
                for prediction in named {
                    console.write("  \(prediction.probability.share)  \(prediction.label)")
                }
                return
            }
            let words =
                named.map { "\($0.label) \($0.probability.share)" }
                + (answer.numbers ?? []).map { "\($0.name) \($0.value.digits)" }
            let all = (words.isEmpty ? ["nothing"] : words) + [warning].compactMap(\.self)
            console.write(start + all.joined(separator: "   "))
        }
    }

    /// What of a folder is not used: answers go to standard output, this beside it.
    private static func show(_ inventory: Inventory, of folder: String, _ console: Console) {
        for finding in inventory.leftOut {
            if let path = finding.path {
                console.json(LeftOut(image: folder.appending(name: path), leftOut: finding.message))
            }
        }
        for text in inventory.summaries(limit: 8) { Console.complain("\(folder): \(text)") }
    }

    /// An entry of a folder that is left out, as a line of JSON.
    private struct LeftOut: Encodable {
        var image: String
        var leftOut: String
    }
}
