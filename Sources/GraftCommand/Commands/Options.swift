import ArgumentParser
import Graft

/// How a command writes.
struct OutputOptions: ParsableArguments {
    @Flag(
        name: .customLong("json"),
        help: "Print lines of JSON on standard output; words for people go to standard error.")
    var isJSON = false

    /// Where the command's words go.
    var console: Console { Console(isJSON: isJSON) }
}

/// How much of the machine a command uses.
struct ThreadOptions: ParsableArguments {
    @Option(help: "How many threads to use. (default: one a core)")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads); it must be 1 to 1024.")
        }
    }

    /// The number of threads.
    var count: Int { threads ?? Machine.cores }
}

/// What `--precision` takes.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, f32, bf16

    /// The precision that was chosen; `nil` to leave it to the processor.
    var precision: Precision? {
        switch self {
        case .auto: nil
        case .f32: .float32
        case .bf16: .bfloat16
        }
    }
}
