import Graft

/// Shows what a training would do.
struct OutlineTable {
    private let outline: TrainingOutline
    private let console: Console

    init(_ outline: TrainingOutline, _ console: Console) {
        self.outline = outline
        self.console = console
    }

    func show() {
        console.line("recipe", "\(outline.recipe), \(outline.stages.count.counted("stage"))")
        console.line(
            "pictures",
            "about \(outline.training.grouped) to train, \(outline.validation.grouped) to validate")
        for (index, stage) in outline.stages.enumerated() {
            console.write("")
            show(stage, number: index + 1)
        }
        console.write("")
        console.line("time", "at most \(outline.seconds.duration), with every epoch and nothing in the cache")
    }

    private func show(_ stage: TrainingOutline.Stage, number: Int) {
        console.line(
            "stage \(number)",
            "\(stage.name): \(stage.trainedParameters.scaled) parameters trained, "
                + "\(stage.frozenParameters.scaled) frozen")
        let steps = "\(stage.epochs.counted("epoch")) at most of \(stage.stepsPerEpoch.counted("step"))"
        console.line("", "\(steps), \(stage.epochSeconds.duration) each")
        if stage.cacheBytes > 0 {
            console.line(
                "",
                "computed once: all up to \(stage.boundary.joined(separator: ", ")), "
                    + "\(stage.frozenSeconds.duration), \(stage.cacheBytes.bytes)")
        } else {
            console.line("", "pictures are read, and all layers computed, anew at each epoch")
        }
        console.line("", "memory of the trained part \(stage.workingBytes.bytes)")
        let layers = rows(stage)
        let nameWidth = min(max(layers.map(\.name.count).max() ?? 0, 5), 32)
        console.write(
            "  " + "layer".filled(to: nameWidth) + "  " + "operation".filled(to: 16)
                + "parameters".aligned(to: 11) + "  rate")
        for layer in layers {
            console.write(
                "  " + layer.name.shortened(to: nameWidth).filled(to: nameWidth) + "  "
                    + layer.operation.shortened(to: 16).filled(to: 16)
                    + layer.parameters.grouped.aligned(to: 11) + "  " + layer.state)
        }
    }

    private struct Row {
        var name: String
        var operation: String
        var parameters: Int
        var state: String
    }

    /// The layers, those that are frozen one after the other as one line.
    private func rows(_ stage: TrainingOutline.Stage) -> [Row] {
        var rows: [Row] = []
        var frozen: [TrainingOutline.Layer] = []
        func endFrozen() {
            guard let first = frozen.first, let last = frozen.last else { return }
            let name = frozen.count == 1 ? first.name : "\(first.name) … \(last.name)"
            let operation = frozen.count == 1 ? first.operation : frozen.count.counted("layer")
            rows.append(
                Row(
                    name: name, operation: operation, parameters: frozen.reduce(0) { $0 + $1.parameters },
                    state: first.isCached ? "frozen, kept" : "frozen"))
            frozen = []
        }
        for layer in stage.layers {
            if !layer.isTrained {
                if let last = frozen.last, last.isCached != layer.isCached { endFrozen() }
                frozen.append(layer)
                continue
            }
            endFrozen()
            // Where a BatchNorm takes its statistics from.
            let statistics =
                switch layer.statistics {
                case .batch: ", batch"
                case .stored: ", stored"
                case nil: ""
                }
            rows.append(
                Row(
                    name: layer.name, operation: layer.operation, parameters: layer.parameters,
                    state: "\(layer.learningRate ?? 0)\(statistics)"))
        }
        endFrozen()
        return rows
    }
}
