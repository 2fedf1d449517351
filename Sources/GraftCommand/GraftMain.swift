import ArgumentParser
import GraftFiles
import GraftModels

/// The `graft` command.
@main
struct GraftMain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graft",
        abstract: "Transfer learning for images: from a folder of photos to a trained classifier.",
        discussion: """
            Start with:
              graft train PHOTOS                 PHOTOS holds one folder per class
              graft predict PHOTOS.graft A.jpg   say what is on a picture

            Weights and cached features are kept in $GRAFT_HOME (default ~/.cache/graft). \
            Exit codes: 0 done, 1 failed, 64 wrong usage, 130 interrupted.
            """,
        version: GraftVersion.current,
        subcommands: [
            TrainCommand.self, PlanCommand.self, FindRateCommand.self, RecipesCommand.self,
            AugmentCommand.self,
            EvaluateCommand.self, PredictCommand.self, ExplainCommand.self, ReportCommand.self,
            CompareCommand.self, ExportCommand.self, EmbedCommand.self, DoctorCommand.self,
            AdviseCommand.self, SimilarCommand.self, ActiveCommand.self,
            ModelsCommand.self,
            WeightsCommand.self, CacheCommand.self, VerifyCommand.self,
        ])

    static func main() async {
        StandardStreams.occupy()
        do {
            try ProcessLimits.require()
            let command = try parseAsRoot(ProgramArguments.all.map(asPath))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
            try StandardStreams.requireAll()
        } catch {
            end(with: error)
        }
        StandardStreams.end(0)
    }

    /// Says what ended the command, help and versions among it, and ends the process.
    private static func end(with error: any Error) -> Never {
        if let error = error as? any ExplainedError {
            Console.complain(error.forTerminal)
            StandardStreams.end(ExitCode.failure.rawValue)
        }
        var code = exitCode(for: error).rawValue
        let text = fullMessage(for: error)
        if !text.isEmpty {
            // Help is Graft's own; what was wrong with an argument quotes it, and that may hold anything.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let shown = code == 0 ? text : lines.map { String($0).shown }.joined(separator: "\n")
            StandardStreams.write(shown + "\n", asError: code != 0)
        }
        do {
            try StandardStreams.requireAll()
        } catch {
            if code == 0 {
                code = ExitCode.failure.rawValue
                Console.complain(error.forTerminal)
            }
        }
        StandardStreams.end(code)
    }

    /// A file whose name begins with a dash as no option can be meant, `-dash.png`, is named as one.
    private static func asPath(_ argument: String) -> String {
        guard argument.startsWithBytes(of: "-"), !argument.ending.isEmpty,
            ((try? FileStatus.of(argument)) ?? nil) != nil
        else { return argument }
        return "./" + argument
    }
}
