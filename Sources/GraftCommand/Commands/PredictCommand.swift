import ArgumentParser
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftInsight
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
            paths are read from standard input, one per line, or separated by zero bytes, and each is answered \
            as soon as it is read. Files that are \
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

    @Option(
        help: ArgumentHelp(
            """
            For each picture also tell the classes among which the right one is with this probability, such as \
            0.9, by what the model showed on its validation pictures: one where it is sure, several where it is not.
            """, valueName: "share"))
    var coverage: Double?

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
        if let coverage {
            guard coverage > 0, coverage < 1 else {
                throw ValidationError("--coverage is \(coverage); it must be greater than 0 and less than 1.")
            }
            if pretrained != nil { throw ValidationError("--coverage has no effect with --pretrained.") }
            if answering.tta != nil {
                throw ValidationError("--coverage has no effect with --tta: validation looked at one view.")
            }
        }
        try NumberRange.inputSize.check(inputSize)
    }

    /// With --pretrained there is no model, and the first name is a picture's too.
    private var pictures: [String] { pretrained == nil ? images : (model.map { [$0] } ?? []) + images }

    private func predictor(_ bundle: ModelBundle?, _ console: Console) async throws -> Predictor {
        var settings = answering.settings(threads)
        if let count = reading.maxPixels { settings.maxPixels = count }
        settings.rejects = !noReject
        guard let pretrained else {
            return try Predictor(try bundle ?? ModelBundle.load(model ?? ""), settings: settings)
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
            let bundle = try coverage.map { _ in try ModelBundle.load(model ?? "") }
            let sets = try bundle.flatMap { bundle in
                try coverage.map { try CoverageSets(bundle, coverage: $0) }
            }
            if let sets {
                let (low, high) = (sets.band.lowerBound.share, sets.band.upperBound.share)
                Console.complain(
                    "The sets rest on \(sets.count.counted("validation picture")): the true share that they cover is "
                        + "between \(low) and \(high), with 95 % certainty.")
            }
            let predictor = try await predictor(bundle, console)
            guard top == nil || predictor.task.rules.hasClasses else {
                throw ValidationError("--top has no effect on a model of numbers.")
            }
            var (asked, failures) = (0, 0)
            try await eachBatch(console) { paths in
                asked += paths.count
                failures += try await answer(paths, by: predictor, sets, console)
            }
            guard asked > 0 else { throw PicturePaths.noPictures(in: pictures) }
            if failures > 0 {
                if asked > 1 {
                    console.write("\(failures.grouped) of \(asked.counted("file")) could not be used.")
                }
                throw ExitCode.failure
            }
        }
    }

    /// Gives the paths of all pictures in order: those of a list on standard input as they come, so that a program may
    /// ask for one after the other.
    private func eachBatch(_ console: Console, _ answer: ([String]) async throws -> Void) async throws {
        for part in pictures.split(separator: "-", omittingEmptySubsequences: false).enumerated() {
            if part.offset > 0 {
                var stream = PathStream()
                while let bytes = try StandardStreams.nextInput() { try await answer(stream.append(bytes)) }
                try await answer(stream.end())
            }
            guard !part.element.isEmpty else { continue }
            try await answer(
                try PicturePaths.collect(Array(part.element)) {
                    []
                } onInventory: { folder, inventory in
                    Self.show(inventory, of: folder, console)
                })
        }
    }

    /// Answers pictures and shows the answers.
    ///
    /// - Returns: how many could not be used.
    private func answer(
        _ paths: [String], by predictor: Predictor, _ sets: CoverageSets?, _ console: Console
    ) async throws -> Int {
        let count = top ?? (pretrained == nil ? nil : 5)
        let width = min(paths.map(\.count).max() ?? 0, 48)
        var failures = 0
        for try await answer in predictor.answers(for: paths.map(Picture.file)) {
            if answer.answer == nil { failures += 1 }
            let set = answer.answer.flatMap { sets?.labels(of: $0) }
            show(
                answer.name, answer.outcome.map { $0.naming(count) }, isUnlike: answer.isUnlike, set: set,
                width: width, console)
            // Nothing is left of an answer that is not read.
            try StandardStreams.requireAll()
        }
        return failures
    }

    /// What is told of a picture, as a line of JSON.
    private struct Line: Encodable {
        var image: String
        var answer: Answer?
        var error: String?
        var isUnlike = false
        var set: [String]?

        private enum CodingKeys: String, CodingKey { case image, error, unlike, set }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(image, forKey: .image)
            try container.encodeIfPresent(error, forKey: .error)
            try answer?.encode(to: encoder)
            if isUnlike { try container.encode(true, forKey: .unlike) }
            try container.encodeIfPresent(set, forKey: .set)
        }
    }

    private func show(
        _ path: String, _ result: Result<Answer, any Error>, isUnlike: Bool, set: [String]?, width: Int,
        _ console: Console
    ) {
        // A program that reads the words wants whole paths.
        let start = (console.isTerminal ? path.shortened(to: width) : path).padded(to: width + 2)
        switch result {
        case .failure(let error):
            console.json(Line(image: path, error: error.forTerminal))
            Console.complain(error.forTerminal)
        case .success(let answer):
            console.json(Line(image: path, answer: answer, isUnlike: isUnlike, set: set))
            if console.isJSON { return }
            let named = answer.predictions ?? []
            let among = set.map {
                $0.isEmpty ? "none of its classes" : "among: \($0.joined(separator: ", "))"
            }
            let notes = [among, isUnlike ? "unlike anything it was trained on" : nil].compactMap(\.self)
            if named.count > 3 {
                console.write(([path] + notes).joined(separator: "   "))
                for prediction in named {
                    console.write("  \(prediction.probability.share)  \(prediction.label)")
                }
                return
            }
            let words =
                named.map { "\($0.label) \($0.probability.share)" }
                + (answer.numbers ?? []).map { "\($0.name) \($0.value.digits)" }
            console.write(start + ((words.isEmpty ? ["nothing"] : words) + notes).joined(separator: "   "))
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
