import GraftArchitectures
import GraftDatasets
import GraftExecution
import GraftFiles
import GraftModels
import GraftTraining
import Synchronization

/// Shows what happens while a model is trained.
final class TrainReport: Sendable {
    let console: Console
    private let features: FeatureLine
    private let references: FeatureLine
    private let weights = Mutex<PullLine?>(nil)
    private let history = Mutex<[EpochReport]>([])
    private let firstStage = Mutex<String?>(nil)
    /// What was told before pictures were read.
    private let told = Mutex<[Finding]>([])
    private let lastLine = Mutex<ContinuousClock.Instant?>(nil)

    init(_ console: Console) {
        self.console = console
        features = FeatureLine(console)
        references = FeatureLine(console, name: "references")
    }

    func show(_ event: TrainingEvent) {
        switch event {
        case .data(let summary):
            tell("data", summary)
            told.withLock { $0 = summary.inventory.leftOut }
            DataLines.show(summary, console)
        case .trunk(let trunk):
            tell("trunk", TrunkWords(trunk))
            console.line(
                "trunk",
                "\(trunk.architecture), \(trunk.title), \(trunk.inputSize) px, \(trunk.precision.rawValue)")
            if let notice = UnusedEntries.notice(trunk.unusedEntries, in: trunk.weights) {
                tell("warning", ["message": notice])
                console.line("weights", notice)
            }
        case .weights(let event):
            let line = weights.withLock { line in
                if case .starting(let download) = event { line = PullLine(console, name: download.weights) }
                return line
            }
            line?.show(event)
        case .calibrated(let summary):
            tell("calibrated", summary)
            console.line(
                "int8",
                "\(summary.convolutions) of \(summary.allConvolutions) convolutions, by \(summary.pictures.counted("photo")); "
                    + "features \((100 * summary.featureError).fixed(1)) % off f32")
        case .trial(let pictures):
            tell("trial", ["pictures": pictures])
            console.line("trial", "int8 on \(pictures.counted("photo")) first")
        case .tried(let trial):
            tell("tried", trial)
            let floating = trial.floating.rawValue
            console.line(
                "trial",
                (trial.isTaken ? "int8, which does as well: " : "\(floating), since int8 does worse: ")
                    + "\(trial.scoreName) \(trial.score.share), \(floating) \(trial.floatingScore.share)")
        case .features(let progress):
            features.show(progress)
        case .references(let progress):
            references.show(progress)
        case .cacheProblems(let problems):
            for problem in problems {
                tell("warning", ["message": problem.forTerminal])
                console.line("cache", problem.forTerminal)
            }
        case .findings(let report):
            for finding in report.findings { tell("finding", finding) }
            let told = told.withLock { $0 }
            for line in report.findingLines(
                [.leftOut, .warning], width: console.width, limit: 8, told: told)
            {
                console.write(line)
            }
        case .split(let split):
            tell("split", split)
            var text = "\(split.training.grouped) to train, \(split.validation.grouped) to validate"
            if split.test > 0 { text += ", \(split.test.grouped) to test" }
            console.line("split", "\(text) (\(split.source))")
        case .remark(let text):
            tell("warning", ["message": text])
            console.line("note", text)
        case .resumed(let stage, let epochs):
            tell("resumed", Resumed(stage: stage, epochs: epochs))
            console.line("resumed", "stage \(stage), after \(epochs.counted("epoch"))")
        case .stage(let stage):
            tell("stage", stage)
            history.withLock { $0 = [] }
            guard stage.number > 1 || !stage.isHeadAlone else { return }
            let part = stage.isHeadAlone ? "the head" : "from \(stage.firstNode) on"
            console.line("stage", "\(stage.name): \(part), \(stage.parameters.scaled) parameters")
        case .epoch(let stage, let report, let seconds):
            tell("epoch", Joined(EpochWords(stage: stage, seconds: seconds), report))
            let line = history.withLock { history in
                history.append(report)
                return epochLine(history, best: report, seconds: nil, label: stage)
            }
            console.redraw { line }
            if !console.isTerminal, isDue() { console.write(line) }
        case .shortened(let stage):
            tell("shortened", stage)
            var text =
                "\(stage.steps.grouped) of \(stage.allSteps.grouped) steps, for \(stage.seconds.duration) are left"
            if !stage.leftOut.isEmpty { text += "; not tried: \(stage.leftOut.joined(separator: ", "))" }
            console.line("time", text)
        case .compared(let stage, let candidates, let goingOn):
            tell("compared", Comparison(stage: stage, candidates: candidates, goingOn: goingOn))
            history.withLock { $0 = [] }
            for candidate in candidates {
                let goesOn = goingOn.contains(candidate.name) ? "   goes on" : ""
                console.line(
                    "compared",
                    "\(candidate.name): \(candidate.best.validation.shortWords), "
                        + "loss \(candidate.best.validation.loss.share)\(goesOn)")
            }
        case .searched(let point, let step, let steps):
            tell("rate", Joined(SearchWords(step: step, steps: steps), point))
            let line =
                "search".padded(to: Console.labelWidth) + "\(step.grouped)/\(steps.grouped)   "
                + "rate \(point.learningRate.twoDigits)   loss \(point.smoothedLoss.share)"
            console.redraw { line }
            if !console.isTerminal, isDue() { console.write(line) }
        case .checkpointProblem(let path, let problem):
            tell("warning", ["message": problem.forTerminal])
            console.line(
                "checkpoint",
                "\(problem.forTerminal) The last one that could be written stays at \(path).")
        case .stageFinished(let record, let test, let seconds):
            tell("stageFinished", Finish(record: record, test: test, seconds: seconds))
            guard let best = record.best else { return console.line(record.name, record.reason) }
            let line = history.withLock {
                epochLine(
                    $0.isEmpty ? record.epochs : $0, best: best, seconds: seconds, label: record.name)
            }
            console.redraw(isFinal: true) { line }
            if !console.isTerminal { console.write(line) }
            let isFirst = firstStage.withLock { name in
                name = name ?? record.name
                return name == record.name
            }
            if !isFirst { console.line("", "\(record.isKept ? "kept" : "not kept"): \(record.reason)") }
        }
    }

    /// Whether it is time for another line where nothing can be redrawn.
    private func isDue() -> Bool {
        lastLine.withLock { last in
            let now = ContinuousClock.now
            if let last, now - last < .seconds(10) { return false }
            defer { last = now }
            return last != nil
        }
    }

    /// - Parameter page: the report that was written, if one was.
    func saved(_ model: ModelBundle, at path: String, page: String?) {
        let seconds = model.provenance.seconds
        console.json(
            Finished(
                model: path, report: page, validation: model.validation, optimism: model.optimism,
                test: model.test, start: model.start, seconds: seconds))
        let accuracy = "validation \(model.validation.words)"
        if Console.labelWidth + path.count + 3 + accuracy.count <= console.width {
            console.line("saved", "\(path)   \(accuracy)")
        } else {
            console.line("saved", path)
            console.line("", accuracy)
        }
        if let test = model.test {
            console.line("test", test.words)
        } else if let optimism = model.optimism, optimism >= 0.0005 {
            console.line(
                "",
                "of other pictures expect about \((model.validation.score - optimism).share): this is the best of "
                    + "many looks at the same ones")
        }
        if let start = model.start, let before = start.before, let after = start.after {
            console.line(
                "before",
                "\(start.name): \(before.shortWords) on \(before.images.counted("picture")) of what it knew; now "
                    + "\(after.score.share)")
        }
        console.line(
            "time",
            "\(seconds.total.duration): decoding \(seconds.decode.duration), "
                + "trunk \(seconds.trunk.duration), head \(seconds.head.duration)"
                + (seconds.tuning.map { ", tuning \($0.duration)" } ?? ""))
        for (record, stage) in zip(model.stages, model.recipe.stages)
        where record.isKept && record.bestEpoch == stage.epochs && stage.patience != nil && stage.steps == nil
        {
            console.line(
                "note", "the last epoch of \(record.name) was its best one: more epochs may do better")
        }
        if let page { console.line("report", page) }
        console.line("next", "graft predict \(path.quotedForShell) PICTURE")
    }

    private func epochLine(
        _ history: [EpochReport], best: EpochReport, seconds: Double?, label: String
    ) -> String {
        let start =
            label.shortened(to: Console.labelWidth - 1).padded(to: Console.labelWidth)
            + "epoch \(best.epoch)   loss \(best.loss.share)   validation \(best.validation.shortWords)   "
        let end = seconds.map { "   \($0.duration)" } ?? ""
        // A line that the terminal breaks is not redrawn but repeated; its last column is left free.
        let room = console.width - 1 - start.count - end.count
        return start + sparkline(history.map(\.validation.score), width: min(room, 16)) + end
    }

    /// Writes an event as a line of JSON: its name, and the fields of what happened.
    private func tell(_ name: String, _ content: some Encodable) {
        console.json(Joined(["event": name], content))
    }

    private struct Resumed: Encodable {
        var stage: String
        var epochs: Int
    }

    private struct Comparison: Encodable {
        var stage: String
        var candidates: [CandidateRecord]
        var goingOn: [String]
    }

    private struct EpochWords: Encodable {
        var stage: String
        var seconds: Double
    }

    private struct SearchWords: Encodable {
        var step: Int
        var steps: Int
    }

    private struct Finish: Encodable {
        var stage: String
        var isKept: Bool
        var reason: String
        var epochs: Int
        var best: EpochReport?
        var test: Metrics?
        var seconds: Double

        init(record: StageRecord, test: Metrics?, seconds: Double) {
            stage = record.name
            isKept = record.isKept
            reason = record.reason
            epochs = record.epochs.count
            best = record.best
            self.test = test
            self.seconds = seconds
        }
    }

    private struct TrunkWords: Encodable {
        var architecture: String
        var weights: String
        var inputSize: Int
        var precision: Precision

        init(_ trunk: TrunkSummary) {
            architecture = trunk.architecture
            weights = trunk.weights
            inputSize = trunk.inputSize
            precision = trunk.precision
        }
    }

    private struct Finished: Encodable {
        var event = "finished"
        var model: String
        var report: String?
        var validation: Metrics
        var optimism: Double?
        var test: Metrics?
        var start: StartRecord?
        var seconds: StageSeconds
    }
}
