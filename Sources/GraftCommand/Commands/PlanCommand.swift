import ArgumentParser
import GraftModels

/// `graft plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what training would do and how long it would take.",
        discussion: """
            Shows for each stage which layers are frozen and which are trained, at which learning rate, the \
            steps, the memory, what is cached on disk, and the time, by a short measurement on this machine. \
            Takes the options of `graft train`. Needs no weights, and writes nothing but the calibration of \
            --precision int8.
            """)

    @OptionGroup var training: TrainingOptions

    @Flag(help: "List every layer; else layers that are alike share a line.")
    var layers = false

    @Option(help: "How long to measure each part of each stage, in seconds.")
    var measureSeconds = PlanCommand.usualSeconds

    @OptionGroup var console: OutputOptions

    private static let usualSeconds = 0.3

    func validate() throws {
        guard measureSeconds > 0, measureSeconds <= 60 else {
            throw ValidationError(
                "--measure-seconds is \(measureSeconds); it must be greater than 0, and 60 or less.")
        }
    }

    func run() async throws {
        try await PlanCommand.show(
            training, listsLayers: layers, console.console, seconds: measureSeconds)
    }

    /// Shows the plan for these options.
    ///
    /// - Parameter seconds: about how long to measure each part of each stage.
    static func show(
        _ training: TrainingOptions, listsLayers: Bool = false, _ console: Console,
        seconds: Double = usualSeconds
    ) async throws {
        try await Interruption.guarding(console) {
            let outline = try await training.learning().schedule().outline(seconds: seconds)
            console.json(outline)
            OutlineTable(outline, listsLayers: listsLayers, console).show()
        }
    }
}
