import ArgumentParser
import Graft

/// `graft verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that a model is whole and computes here what it computed when it was saved.",
        discussion: """
            Checks every file of the model, then gives the network the golden inputs that were saved with \
            it and compares the probabilities.
            """)

    @Argument(help: "The model that `graft train` saved.")
    var model: String

    @Option(help: "The network's arithmetic: f32, bf16, or auto for what predictions use here.")
    var precision = PrecisionChoice.auto

    @OptionGroup var console: OutputOptions

    func run() async throws {
        let console = console.console
        try await Interruption.guarding(console) {
            let bundle = try ModelBundle.load(model)
            console.line("files", "whole: every checksum is right")
            let result = try await bundle.verify(precision: precision.precision)
            console.json(result)
            console.line(
                "golden",
                "\(result.examples.counted("input")) in \(result.precision.rawValue), saved in \(result.savedPrecision.rawValue): "
                    + (result.largestDifference == 0
                        ? "the same probabilities"
                        : "probabilities differ by \(result.largestDifference.fixed(6)) at most"))
            guard result.isMet else {
                Console.complain(
                    "\(model) computes something else here: probabilities differ by "
                        + "\(result.largestDifference.fixed(6)); expected \(result.tolerance.fixed(3)) at most."
                )
                throw ExitCode.failure
            }
            console.line("verified", model)
        }
    }
}
