package import GraftArchitectures
internal import GraftFiles
package import GraftNetworks

extension Stage {
    /// The learning rate of each trained node, before the schedule.
    ///
    /// A node takes the rate of the first group that fits it, else the stage's own; with ``layerDecay`` that
    /// is multiplied by its power of the number of trained layers after it. Layers are counted in the order
    /// of the network's nodes; a normalisation belongs to the convolution before it.
    ///
    /// - Parameters:
    ///   - trained: what ``Trainable/nodes(in:of:)`` gave.
    ///   - network: a trunk and a head, whose nodes' names begin with "top/".
    ///   - architecture: that of the trunk.
    /// - Throws: ``TrainingError`` where a pattern fits no layer, or only frozen ones.
    package func learningRates(
        of trained: Set<String>, in network: Network, _ architecture: Architecture
    ) throws -> [String: Float] {
        let layers = try TrunkLayers(network, architecture)
        var result: [String: Float] = [:]
        for group in rates {
            for pattern in group.layers {
                let fitting = pattern == "head" ? layers.head : try layers.matching(pattern)
                let nodes = fitting.intersection(trained)
                guard !nodes.isEmpty else {
                    throw TrainingError(
                        "stage \(name): rates: \"\(pattern)\"", found: "fits only layers that are frozen",
                        expected: "layers that the stage trains")
                }
                for node in nodes where result[node] == nil { result[node] = group.learningRate }
            }
        }
        var decay: Float = 1
        for node in network.nodes.reversed() where trained.contains(node.name) {
            result[node.name] = (result[node.name] ?? learningRate) * decay
            if case .batchNormalization = node.operation { continue }
            decay *= layerDecay ?? 1
        }
        return result
    }
}
