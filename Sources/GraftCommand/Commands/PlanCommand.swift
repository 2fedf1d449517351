import ArgumentParser
import Graft

/// `graft plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what training would do, before a second of it.",
        discussion: """
            Tells for each stage which layers are frozen and which are trained, at which learning rate, the \
            steps, the memory, what is kept on disk, and the time by a short measurement on this machine. \
            Takes the options of `graft train`; a setting without effect is an error. Nothing is written.
            """)

    @OptionGroup var training: TrainingOptions

    @Flag(help: "List every layer; else layers of which the same is to be told share a line.")
    var layers = false

    @OptionGroup var console: OutputOptions

    func run() async throws {
        try await PlanCommand.show(training, listsLayers: layers, console.console)
    }

    /// Shows the plan for these options.
    static func show(
        _ training: TrainingOptions, listsLayers: Bool = false, _ console: Console
    ) async throws {
        try await Interruption.guarding(console) {
            let outline = try await training.learning().outline()
            console.json(outline)
            OutlineTable(outline, listsLayers: listsLayers, console).show()
        }
    }
}
