import GraftExecution
import GraftFiles
import GraftModels
import GraftNetworks

/// The layers of a network one a line, what they hold and where their inputs come from, and what is known of
/// the weights.
struct LayerTable {
    let entry: NetworkEntry

    private static let operationWidth = 20
    private static let shapeWidth = 13
    private static let parameterWidth = 12

    init(_ entry: NetworkEntry) { self.entry = entry }

    func show(on console: Console) {
        console.json(Report(entry))
        if console.isJSON { return }
        showLayers(on: console)
        console.write("")
        let cost = entry.cost
        let parts =
            cost.nonTrainableParameters > 0
            ? ": \(cost.trainableParameters.grouped) trainable, \(cost.nonTrainableParameters.grouped) not "
                + "(statistics of BatchNorm)" : ", all of them trainable"
        console.line("total", cost.parameters.counted("parameter") + parts)
        console.line(
            "cost",
            "\(cost.multiplyAccumulates.grouped) multiplications for one picture of "
                + "\(entry.inputSize)x\(entry.inputSize)")
        console.line(
            "memory",
            "\(entry.estimate.workspace.bytes) of feature maps, \(entry.estimate.parameters.bytes) of "
                + "parameters in \(entry.precision.rawValue); about \(entry.memory.bytes) in all with one "
                + "picture a core on \(entry.cores.counted("core"))")
        if entry.weights.isEmpty {
            console.line("weights", "none in Graft's catalogue")
        }
        for (index, weights) in entry.weights.enumerated() {
            console.line(index == 0 ? "weights" : "", words(for: weights))
            console.line("", place(of: weights))
        }
    }

    private func showLayers(on console: Console) {
        let isTerminal = console.isTerminal
        let layers = entry.network.layers
        let others = LayerTable.operationWidth + LayerTable.shapeWidth + LayerTable.parameterWidth
        let longest = layers.map(\.name.count).max() ?? 0
        let nameWidth = isTerminal ? min(longest + 1, console.width - others) : max(longest + 1, 80 - others)
        console.write(
            "layer".padded(to: nameWidth) + "operation".padded(to: LayerTable.operationWidth)
                + "output".padded(to: LayerTable.shapeWidth)
                + "parameters".aligned(to: LayerTable.parameterWidth))
        for (index, layer) in layers.enumerated() {
            let shape = layer.shape.map(String.init).joined(separator: "x")
            let start =
                layer.name.shortened(to: nameWidth - 1).padded(to: nameWidth)
                + layer.operation.padded(to: LayerTable.operationWidth)
            console.write(
                layer.parameters == 0
                    ? start + shape
                    : start + shape.padded(to: LayerTable.shapeWidth)
                        + layer.parameters.grouped.aligned(to: LayerTable.parameterWidth))
            let isChained = index > 0 && layer.inputs == [layers[index - 1].name]
            guard !isChained, !layer.inputs.isEmpty else { continue }
            let room = (isTerminal ? console.width : 80) - 7
            let names = layer.inputs.map { isTerminal ? $0.shortened(to: room - 1) : $0 }
            for (row, line) in names.joined(separator: ", ").wrapped(to: room).enumerated() {
                console.write((row == 0 ? "  from" : "").padded(to: 7) + line)
            }
        }
    }

    private func words(for weights: WeightsEntry) -> String {
        var parts = ["\(weights.origin): \(weights.file)"]
        if let size = weights.fileSize { parts.append(size.bytes) }
        parts.append(weights.licence)
        if let top1 = weights.publishedTop1 { parts.append("top-1 \(top1.share)") }
        if let top5 = weights.publishedTop5 { parts.append("top-5 \(top5.share)") }
        return parts.joined(separator: ", ")
    }

    private func place(of weights: WeightsEntry) -> String {
        if weights.isAtHand { return "at hand: \(weights.path)" }
        return weights.hasAddress ? "not at hand: graft weights pull \(weights.name)" : "not at hand"
    }

    /// The entry with its layers, as one object.
    private struct Report: Encodable {
        var entry: NetworkEntry

        init(_ entry: NetworkEntry) { self.entry = entry }

        private enum CodingKeys: String, CodingKey { case layers }

        func encode(to encoder: any Encoder) throws {
            try entry.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(entry.network.layers, forKey: .layers)
        }
    }
}
