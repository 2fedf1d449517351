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
            EvaluateCommand.self, PredictCommand.self, DoctorCommand.self, ModelsCommand.self,
            WeightsCommand.self, CacheCommand.self, VerifyCommand.self,
        ])

    static func main() async { await main(ProgramArguments.all) }
}
