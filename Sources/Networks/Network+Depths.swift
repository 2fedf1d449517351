internal import GraftTensors

extension Network {
    /// Feature maps at about these shares of the blocks, and the features themselves: what is known of a picture at
    /// each depth.
    ///
    /// - Parameter shares: ascending, between 0 and 1.
    /// - Returns: the network with a node of global average pooling behind each map, and the names of these nodes,
    ///   ending with the network's own output; fewer where blocks are few.
    /// - Throws: ``NetworkError`` where the output is no vector.
    package func pooled(atDepths shares: [Double]) throws(NetworkError) -> (network: Network, depths: [Depth])
    {
        let points = Set(cutPoints)
        let starts = blocks.compactMap(\.first).filter(points.contains)
        var nodes = nodes
        var depths: [Depth] = []
        for share in shares where !starts.isEmpty {
            let place = min(Int((share * Double(starts.count)).rounded(.down)), starts.count - 1)
            guard let start = position(of: starts[place]), let map = self.nodes[start].inputs.first,
                shape(of: map)?.rank == 3, !depths.contains(where: { $0.map == map })
            else { continue }
            let pooled = "depth/\(map)"
            nodes.append(Node(name: pooled, operation: .globalAveragePooling, inputs: [map]))
            depths.append(Depth(map: map, node: pooled, share: Double(start) / Double(self.nodes.count)))
        }
        let end = Depth(map: output.inputs.first ?? output.name, node: output.name, share: 1)
        return (
            try Network(name: name, nodes: nodes, outputs: depths.map(\.node) + [output.name]), depths + [end]
        )
    }

    /// A place in a network whose feature map is pooled.
    package struct Depth: Sendable, Hashable {
        /// The node that gives the feature map.
        package let map: String
        /// The node that gives its means.
        package let node: String
        /// The share of the network's nodes that come before.
        package let share: Double
    }
}
