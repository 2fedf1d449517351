import ArgumentParser
import GraftExecution
import GraftModels

/// How a command writes.
struct OutputOptions: ParsableArguments {
    @Flag(
        name: .customLong("json"),
        help: "Print lines of JSON on standard output; messages for people go to standard error.")
    var isJSON = false

    /// Where the command's words go.
    var console: Console { Console(isJSON: isJSON) }
}

/// The numbers that an option takes.
struct NumberRange {
    let flag: String
    let range: ClosedRange<Int>

    static let threads = NumberRange(flag: "--threads", range: 1...1024)
    static let inputSize = NumberRange(flag: "--input-size", range: 1...16384)
    static let maxPixels = NumberRange(flag: "--max-pixels", range: 1...10_000_000_000)
    static let views = NumberRange(flag: "--tta", range: 2...256)

    /// Refuses a number that is none of them; an option that is not given takes its default.
    func check(_ number: Int?) throws {
        guard let number, !range.contains(number) else { return }
        throw ValidationError("\(flag) is \(number); it must be \(range.lowerBound) to \(range.upperBound).")
    }
}

/// What reading one picture may take.
struct PictureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The most pixels that a picture may have; larger ones are left out. Decoding one may take 3.5 bytes \
            of memory for each. (default: 200 million)
            """, valueName: "count"))
    var maxPixels: Int?

    func validate() throws { try NumberRange.maxPixels.check(maxPixels) }
}

/// What a network is to see of pictures.
struct InputOptions: ParsableArguments {
    @Option(help: "Height and width that pictures are scaled to. (default: the network's own)")
    var inputSize: Int?

    func validate() throws { try NumberRange.inputSize.check(inputSize) }
}

/// How a network's answers come about.
struct AnsweringOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Test-time augmentation: average the answers to so many views of each picture (the picture, its \
            mirror image, then random crops). Each view takes as long as a picture. (default: only the \
            picture)
            """, valueName: "count"))
    var tta: Int?

    @Option(
        help: ArgumentHelp(
            """
            The network's precision: f32, bf16, int8 if the model was trained in it; auto takes the one that \
            it was trained in, or the faster of f32 and bf16 here.
            """)
    )
    var precision = PrecisionChoice.auto

    func validate() throws { try NumberRange.views.check(tta) }

    /// How a predictor answers.
    func settings(_ threads: ThreadOptions) -> Predictor.Settings {
        var settings = Predictor.Settings()
        settings.precision = precision.precision
        settings.viewCount = tta ?? 1
        settings.threads = threads.count
        return settings
    }
}

/// Whether published weights that are missing are fetched.
struct FetchingOptions: ParsableArguments {
    @Flag(
        name: .customLong("offline"),
        help: "Fetch no weights; if the published ones are not here, say how to get them.")
    var isOffline = false
}

/// How much of the machine a command uses.
struct ThreadOptions: ParsableArguments {
    @Option(help: "The number of threads. (default: one per core)")
    var threads: Int?

    func validate() throws { try NumberRange.threads.check(threads) }

    /// The number of threads.
    var count: Int { threads ?? Machine.cores }
}

/// What `--precision` takes.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, f32, bf16, int8

    /// The precision that was chosen; `nil` to leave it to the processor.
    var precision: Precision? {
        switch self {
        case .auto: nil
        case .f32: .float32
        case .bf16: .bfloat16
        case .int8: .int8
        }
    }
}
