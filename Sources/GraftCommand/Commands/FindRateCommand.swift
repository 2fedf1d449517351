import ArgumentParser
import GraftFiles
import GraftModels
import GraftTraining

/// `graft find-rate`
struct FindRateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find-rate", abstract: "Find a good learning rate by trying many.",
        discussion: """
            Takes the options of `graft train`, trains one step with each of many rising learning rates from \
            1e-7 to 1, and draws the loss: a good rate is where the loss falls fastest, well before it \
            rises. Nothing is saved but cached features.
            """)

    @OptionGroup var training: TrainingOptions

    @Option(
        help: ArgumentHelp(
            "The stage of the recipe. (default: the first; with --unfreeze, the one that fine-tunes)",
            valueName: "name"))
    var stage: String?

    @Option(help: "The number of learning rates to try.")
    var steps = 100

    @OptionGroup var fetching: FetchingOptions
    @OptionGroup var console: OutputOptions

    func validate() throws {
        for (flag, rate) in [
            ("--learning-rate", training.learningRate),
            ("--unfrozen-learning-rate", training.unfrozenLearningRate),
        ] where rate != nil {
            throw ValidationError("\(flag) has no effect with find-rate, which looks for it.")
        }
        if !(10...10_000).contains(steps) {
            throw ValidationError("--steps is \(steps); it must be 10 to 10000.")
        }
    }

    func run() async throws {
        let report = TrainReport(console.console)
        try await Interruption.guarding(report.console, remainder: Interruption.featuresAreKept) {
            var learning = try training.learning()
            learning.fetchesWeights = !fetching.isOffline
            let stages = learning.recipe.stages.map(\.name)
            let name = stage ?? (training.unfreeze == nil ? stages[0] : stages[stages.count - 1])
            let search = try await learning.schedule().findLearningRate(stage: name, steps: steps) {
                report.show($0)
            }
            let next = search.suggestion.map { advice($0, stage: name, isFirst: name == stages[0]) }
            report.console.json(Found(stage: name, search: search, next: next))
            show(search, next, name, isFirst: name == stages[0], report.console)
        }
    }

    private func show(
        _ search: LearningRateSearch, _ next: String?, _ name: String, isFirst: Bool, _ console: Console
    ) {
        console.redraw(isFinal: true) {
            "search".padded(to: Console.labelWidth)
                + "\(search.points.count.counted("step")), stage \(name)"
                + (search.diverged ? ", until the loss rose too far" : "")
        }
        if !console.isTerminal {
            console.line("search", "\(search.points.count.counted("step")), stage \(name)")
        }
        console.write("")
        for line in RateChart(search, width: min(console.width, 80)).lines { console.write(line) }
        console.write("")
        guard let suggestion = search.suggestion, let next else {
            console.line("suggested", "none: the loss did not fall at any rate")
            return
        }
        console.line("suggested", "\(suggestion.twoDigits) (S), where the loss falls fastest")
        if let cautious = search.cautiousSuggestion {
            console.line(
                "cautious",
                "\(cautious.twoDigits) (C), a tenth of the rate where it is lowest"
                    + (cautious > suggestion ? ", here the higher of the two" : ""))
        }
        if !isFirst {
            console.line(
                "note",
                "the search began where the recipe does, with a new head: after the stages before \(name) "
                    + "a lower rate may do better")
        }
        console.line("next", next)
    }

    /// What to do with a learning rate: a command, or what to write into the recipe.
    private func advice(_ rate: Float, stage: String, isFirst: Bool) -> String {
        let text = rate.twoDigits
        if let recipe = training.recipe, !Recipe.builtIn.map(\.name).contains(recipe) {
            return "write learning-rate: \(text) for stage \(stage) into \(recipe)"
        }
        if isFirst { return "\(command) --learning-rate \(text)" }
        if training.unfreeze != nil { return "\(command) --unfrozen-learning-rate \(text)" }
        let recipe = training.recipe ?? Recipe.auto.name
        return
            "graft recipes \(recipe) > my.yaml, and write learning-rate: \(text) for stage \(stage) into it"
    }

    /// `graft train` with what this command was given.
    private var command: String {
        var words = ["graft", "train"]
        var isLeftOut = false
        for argument in ProgramArguments.all.dropFirst() {
            defer { isLeftOut = FindRateCommand.own.contains(argument) }
            if isLeftOut || argument == "--json" || FindRateCommand.own.contains(argument) { continue }
            if FindRateCommand.own.contains(where: { argument.hasPrefix($0 + "=") }) { continue }
            words.append(argument.quotedForShell)
        }
        return words.joined(separator: " ")
    }

    /// The options that `graft train` does not have, each with a value.
    private static let own = ["--stage", "--steps"]

    /// What was found, as a line of JSON.
    private struct Found: Encodable {
        var event = "found"
        var stage: String
        var suggestion: Float?
        var cautiousSuggestion: Float?
        var diverged: Bool
        var next: String?

        init(stage: String, search: LearningRateSearch, next: String?) {
            self.stage = stage
            suggestion = search.suggestion
            cautiousSuggestion = search.cautiousSuggestion
            diverged = search.diverged
            self.next = next
        }
    }
}
