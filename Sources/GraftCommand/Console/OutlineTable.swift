import GraftArchitectures
import GraftExecution
import GraftFiles
import GraftModels
import GraftTraining

/// Shows what a training would do.
struct OutlineTable {
    private let outline: TrainingOutline
    private let listsLayers: Bool
    private let console: Console

    /// - Parameter listsLayers: whether every layer has a line; else layers of which the same is to be told
    ///   share one.
    init(_ outline: TrainingOutline, listsLayers: Bool, _ console: Console) {
        self.outline = outline
        self.listsLayers = listsLayers
        self.console = console
    }

    func show() {
        DataLines.show(outline.data, console)
        console.line("recipe", "\(outline.recipe), \(outline.stages.count.counted("stage"))")
        console.line(
            "pictures",
            "about \(outline.training.grouped) to train, \(outline.validation.grouped) to validate")
        if let missing = outline.missingWeights {
            let size = missing.bytes.map { "\($0.bytes), " } ?? ""
            console.line(
                "weights",
                "\(missing.weights) is not here: \(size)licence \(missing.licence), to be fetched once from "
                    + missing.address)
        }
        if outline.triesEightBits {
            console.line(
                "trial", "int8 is tried first on some; the times below are for \(outline.precision.rawValue)")
        }
        for (index, stage) in outline.stages.enumerated() {
            console.write("")
            show(stage, number: index + 1)
        }
        console.write("")
        let budget = outline.budget.map { "; the budget is \($0.duration)" } ?? ""
        console.line(
            "time", "at most \(outline.seconds.duration), with every epoch and nothing in the cache\(budget)")
    }

    private func show(_ stage: TrainingOutline.Stage, number: Int) {
        console.line(
            "stage \(number)",
            "\(stage.name): \(words(stage.trainedParameters)) parameters trained, "
                + "\(words(stage.frozenParameters)) frozen")
        if stage.epochs == 0 {
            console.line("", "left out: no time is left for it")
        } else {
            let steps = "\(stage.epochs.counted("epoch")) at most of \(stage.stepsPerEpoch.counted("step"))"
            let all =
                stage.epochs < stage.allEpochs ? ", of \(stage.allEpochs) that time is not enough for" : ""
            console.line("", "\(steps), \(words(stage.epochSeconds)) each\(all)")
        }
        if stage.ways.count > 1 {
            console.line(
                "", "\(stage.ways.count) ways begin, one ends: \(stage.ways.joined(separator: ", "))")
        }
        if stage.cacheBytes > 0 {
            let time = stage.frozenSeconds > 0 ? words(stage.frozenSeconds) : "with an earlier stage"
            console.line(
                "",
                "computed once: all up to \(stage.boundary.joined(separator: ", ")), "
                    + "\(time), \(stage.cacheBytes.bytes)")
        } else {
            console.line("", "pictures are read, and all layers computed, anew at each epoch")
        }
        console.line("", "memory of the trained part \(stage.workingBytes.bytes)")
        if let statistics = statistics(stage) { console.line("", statistics) }
        write(rows(stage))
    }

    /// A number of parameters: small ones as they are.
    private func words(_ parameters: Int) -> String {
        parameters < 100_000 ? parameters.grouped : parameters.scaled
    }

    /// A time, short ones in thousandths of a second.
    private func words(_ seconds: Double) -> String {
        seconds < 0.1 ? "\((seconds * 1000).fixed(seconds < 0.01 ? 1 : 0)) ms" : seconds.duration
    }

    /// Where the BatchNorms that are trained take their statistics from.
    private func statistics(_ stage: TrainingOutline.Stage) -> String? {
        let trained = stage.layers.filter { $0.isTrained && $0.statistics != nil }
        guard !trained.isEmpty else { return nil }
        return trained.contains { $0.statistics == .batch }
            ? "trained BatchNorms run on the statistics of each batch"
            : "trained BatchNorms run on their stored statistics"
    }

    private func write(_ rows: [Row]) {
        func width(_ title: String, _ words: KeyPath<Row, String>) -> Int {
            rows.map { $0[keyPath: words].count }.max().map { max($0, title.count) } ?? title.count
        }
        let operationWidth = min(width("operation", \.operation), 20)
        let parameterWidth = width("parameters", \.parameters)
        let room =
            max(console.width, 80) - 8 - operationWidth - parameterWidth - width("rate", \.state)
        let nameWidth = min(width("layer", \.name), room)
        let titles = Row(name: "layer", operation: "operation", parameters: "parameters", state: "rate")
        for row in [titles] + rows {
            console.write(
                "  " + row.name.shortened(to: nameWidth).filled(to: nameWidth) + "  "
                    + row.operation.shortened(to: operationWidth).filled(to: operationWidth) + "  "
                    + row.parameters.aligned(to: parameterWidth) + "  " + row.state)
        }
    }

    private struct Row {
        var name: String
        var operation: String
        var parameters: String
        var state: String
    }

    private func state(_ layer: TrainingOutline.Layer) -> String {
        guard layer.isTrained else { return layer.isCached ? "frozen, kept" : "frozen" }
        return "\(layer.learningRate ?? 0)".replacing("e-0", with: "e-")
    }

    /// The layers. Frozen ones that follow each other share a line, and so do trained ones with the same rate
    /// where there are many; not so where every layer is listed.
    private func rows(_ stage: TrainingOutline.Stage) -> [Row] {
        var runs: [[TrainingOutline.Layer]] = []
        for layer in stage.layers {
            let isSame =
                runs.last?.last.map {
                    state($0) == state(layer) && isNew($0) == isNew(layer)
                } ?? false
            if isSame && !listsLayers { runs[runs.count - 1].append(layer) } else { runs.append([layer]) }
        }
        return runs.flatMap { run in
            let isTrained = run.contains(where: \.isTrained)
            return isTrained && run.count <= OutlineTable.fewLayers ? run.map { row([$0]) } : [row(run)]
        }
    }

    /// So many trained layers have a line each.
    private static let fewLayers = 8

    /// Whether a layer belongs to the new head, which is always told apart.
    private func isNew(_ layer: TrainingOutline.Layer) -> Bool { layer.name.hasPrefix("top/") }

    private func row(_ run: [TrainingOutline.Layer]) -> Row {
        Row(
            name: run.count == 1 ? run[0].name : "\(run[0].name) … \(run[run.count - 1].name)",
            operation: run.count == 1 ? run[0].operation : run.count.counted("layer"),
            parameters: run.reduce(0) { $0 + $1.parameters }.grouped, state: state(run[0]))
    }
}
