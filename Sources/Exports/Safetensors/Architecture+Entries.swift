package import GraftArchitectures
package import GraftNetworks
internal import GraftTensors

extension Architecture {
    /// The tensors of a network of this architecture as its source's own files have them: names, shapes and
    /// order of elements. It is the way back from what ``load(contentsOf:for:)`` reads.
    package func entries(of network: Network) -> [SafetensorsEntry] {
        let separator = source == .keras ? "/" : "."
        return sourceLayers(of: network).flatMap { layer in
            var entries = layer.entries.map { entry in
                SafetensorsEntry(
                    name: "\(layer.names[0])\(separator)\(entry.leaf)", shape: entry.shape,
                    content: .parameter(entry.parameter, entry.rearrangement.reversed))
            }
            if layer.kind == .batchNormalization, source != .keras {
                entries.append(
                    SafetensorsEntry(
                        name: "\(layer.names[0])\(separator)num_batches_tracked", shape: [],
                        content: .batchCounter))
            }
            return entries
        }
    }
}

extension Rearrangement {
    /// What undoes it.
    var reversed: TensorArrangement {
        switch self {
        case .none: .same
        case .reversingAxes(let places, let inputs, let outputs):
            .outputsLast(places: places, inputs: inputs, outputs: outputs)
        case .channelsLast(let rows, let channels, let places):
            .channelsFirst(rows: rows, channels: channels, places: places)
        }
    }
}
