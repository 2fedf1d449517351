import Graft
import Synchronization

/// Shows what happens while a model is trained.
final class TrainReport: Sendable {
    let console: Console
    private let features: FeatureLine
    private let history = Mutex<[EpochReport]>([])

    init(_ console: Console) {
        self.console = console
        features = FeatureLine(console)
    }

    func show(_ event: TrainingEvent) {
        switch event {
        case .data(let summary):
            console.json(Event("data", summary))
            let room = console.width - Console.labelWidth
            console.line("photos", TrainReport.words(for: summary, room: room))
        case .trunk(let trunk):
            console.json(Event("trunk", TrunkWords(trunk)))
            console.line(
                "trunk",
                "\(trunk.architecture.name), \(trunk.weights.title), "
                    + "\(trunk.preprocessing.width) px, \(trunk.precision.rawValue)")
            if let notice = UnusedEntries.notice(trunk.unusedEntries, in: trunk.weights.fileName) {
                console.json(Event("warning", ["message": notice]))
                console.line("weights", notice)
            }
        case .features(let progress):
            features.show(progress)
        case .cacheProblems(let problems):
            for problem in problems {
                console.json(Event("warning", ["message": problem.description]))
                console.line("cache", problem.description)
            }
        case .findings(let report):
            for finding in report.findings { console.json(Event("finding", finding)) }
            for line in report.findingLines([.leftOut, .warning], width: console.width, limit: 8) {
                console.write(line)
            }
        case .split(let split):
            console.json(Event("split", split))
            var text = "\(split.training.grouped) to train, \(split.validation.grouped) to validate"
            if split.test > 0 { text += ", \(split.test.grouped) to test" }
            console.line("split", "\(text) (\(split.source))")
        case .epoch(let report):
            console.json(Event("epoch", report))
            let line = history.withLock { history in
                history.append(report)
                return headLine(history, best: report, seconds: nil)
            }
            console.redraw { line }
        case .trained(let result):
            console.json(Event("trained", result))
            let line = history.withLock { headLine($0, best: result.best, seconds: result.seconds) }
            console.redraw(isFinal: true) { line }
            if !console.isTerminal { console.write(line) }
        case .unfrozen(let node):
            console.json(Event("unfrozen", ["firstNode": node]))
            console.line("unfrozen", "from \(node) on")
            history.withLock { $0 = [] }
            features.restart()
        case .fineTuningEpoch(let report):
            console.json(Event("fineTuningEpoch", report))
            let line = history.withLock { history in
                history.append(report)
                return headLine(history, best: report, seconds: nil, label: "tuned")
            }
            console.redraw { line }
        case .fineTuned(let result, let isKept):
            console.json(Event("fineTuned", FineTuned(result: result, isKept: isKept)))
            let line = history.withLock {
                headLine($0, best: result.best, seconds: result.seconds, label: "tuned")
            }
            console.redraw(isFinal: true) { line }
            if !console.isTerminal { console.write(line) }
            if !isKept { console.line("", "not kept: on validation the head alone does better") }
        }
    }

    func saved(_ model: ModelBundle, at path: String) {
        let seconds = model.provenance.seconds
        console.json(
            Finished(model: path, validation: model.validation, test: model.test, seconds: seconds))
        let interval = model.validation.top1Interval
        let accuracy =
            "validation top-1 \(model.validation.top1.share) "
            + "(95% between \(interval.lowerBound.share) and \(interval.upperBound.share))"
        if Console.labelWidth + path.count + 3 + accuracy.count <= console.width {
            console.line("saved", "\(path)   \(accuracy)")
        } else {
            console.line("saved", path)
            console.line("", accuracy)
        }
        if let test = model.test {
            console.line("test", "top-1 \(test.top1.share) of \(test.images.counted("picture"))")
        }
        console.line(
            "time",
            "\(seconds.total.duration): decoding \(seconds.decode.duration), "
                + "trunk \(seconds.trunk.duration), head \(seconds.head.duration)"
                + (seconds.tuning.map { ", tuning \($0.duration)" } ?? ""))
        if model.bestEpoch == model.settings.epochs {
            console.line("note", "the last epoch was the best one: more --epochs may do better")
        }
        console.line("next", "graft predict \(path.quotedForShell) PICTURE")
    }

    /// How many pictures there are of which classes, as many of these as have room.
    private static func words(for summary: DataSummary, room: Int) -> String {
        var text = "\(summary.pictures.counted("picture")), \(summary.classes.count) classes: "
        for (index, entry) in summary.classes.enumerated() {
            let word = "\(index > 0 ? ", " : "")\(entry.name) \(entry.pictures.grouped)"
            let isLast = index == summary.classes.count - 1
            if text.count + word.count + (isLast ? 0 : 3) > room, index > 0 { return text + ", …" }
            text += word
        }
        return text
    }

    private func headLine(
        _ history: [EpochReport], best: EpochReport, seconds: Double?, label: String = "head"
    ) -> String {
        let start =
            label.padded(to: Console.labelWidth)
            + "epoch \(best.epoch)   loss \(best.loss.share)   validation top-1 \(best.validation.top1.share)   "
        let end = seconds.map { "   \($0.duration)" } ?? ""
        // A line that the terminal breaks is not redrawn but repeated; its last column is left free.
        let room = console.width - 1 - start.count - end.count
        return start + sparkline(history.map(\.validation.top1), width: min(room, 16)) + end
    }

    /// An event as a line of JSON: its name, and the fields of what happened.
    private struct Event<Content: Encodable>: Encodable {
        var name: String
        var content: Content

        init(_ name: String, _ content: Content) {
            self.name = name
            self.content = content
        }

        private enum CodingKeys: String, CodingKey { case event }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .event)
            try content.encode(to: encoder)
        }
    }

    private struct FineTuned: Encodable {
        var result: TrainingResult
        var isKept: Bool
    }

    private struct TrunkWords: Encodable {
        var architecture: String
        var weights: String
        var inputSize: Int
        var precision: Precision

        init(_ trunk: Trunk) {
            architecture = trunk.architecture.name
            weights = trunk.weights.fileName
            inputSize = trunk.preprocessing.width
            precision = trunk.precision
        }
    }

    private struct Finished: Encodable {
        var event = "finished"
        var model: String
        var validation: Metrics
        var test: Metrics?
        var seconds: StageSeconds
    }
}
