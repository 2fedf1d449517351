import ArgumentParser
import GraftExecution
import GraftModels
import GraftTraining

/// `graft verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that a model is whole and computes here what it did when it was saved.",
        discussion: """
            Checks the checksums of the model's files, then computes the golden inputs that were saved with \
            it and compares the answers.
            """)

    @Argument(help: "The model that `graft train` saved.", completion: .directory)
    var model: String

    @Option(
        help:
            "The precision: f32, bf16, int8 if the model was trained in it, or auto for that of predictions."
    )
    var precision = PrecisionChoice.auto

    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let bundle = try ModelBundle.load(model)
            console.line("files", "whole: every checksum is right")
            let result = try await bundle.verify(precision: precision.precision)
            let what = try bundle.task.learning().outputWords
            let unit = bundle.standardization == nil ? "" : " of their standard deviations"
            let difference = "\(result.largestDifference.fixed(6))\(unit)"
            console.json(result)
            console.line(
                "golden",
                "\(result.examples.counted("input")) in \(result.precision.rawValue), saved in \(result.savedPrecision.rawValue): "
                    + (result.largestDifference == 0
                        ? "the same \(what)"
                        : "\(what) differ by \(difference) at most"))
            guard result.isMet else {
                Console.complain(
                    "\(model) computes something else here: \(what) differ by "
                        + "\(difference); expected \(result.tolerance.fixed(3)) at most."
                )
                throw ExitCode.failure
            }
            console.line("verified", model)
        }
    }
}
