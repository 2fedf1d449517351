package import GraftNetworks

extension Architecture {
    /// What Keras lists as `model.layers` of a network that it built, in Keras' order: for each layer the
    /// names of its nodes, none for a layer that only pads, since a node pads by itself.
    ///
    /// Keras puts the layers farthest from the output first, and among equals those that a walk back from the
    /// output, first inputs first, meets earlier (`map_graph_network` in Keras 3).
    package func kerasLayers(of network: Network) -> [[String]] {
        let leaders = kerasLeaders(of: network)
        func sources(_ leader: Int) -> [Int] {
            network.nodes[leader].inputs.compactMap { network.position(of: $0).map { leaders[$0] } }
        }
        var depths = [Int](repeating: 0, count: leaders.count)
        for (position, leader) in leaders.enumerated().reversed() where position == leader {
            for source in sources(leader) { depths[source] = max(depths[source], depths[leader] + 1) }
        }
        var ranks: [Int: Int] = [:]
        var stack = [leaders[leaders.count - 1]]
        while let leader = stack.popLast() {
            guard ranks[leader] == nil else { continue }
            ranks[leader] = ranks.count
            stack += sources(leader).reversed()
        }
        var members: [Int: [String]] = [:]
        for (node, leader) in zip(network.nodes, leaders) { members[leader, default: []].append(node.name) }
        let ordered = members.keys.sorted { first, second in
            (depths[second], ranks[first] ?? 0) < (depths[first], ranks[second] ?? 0)
        }
        return ordered.flatMap { leader -> [[String]] in
            let layer = members[leader] ?? []
            return isPaddedApart(network.nodes[leader], in: network) ? [[], layer] : [layer]
        }
    }

    /// For each node the position of the first one of the same layer.
    private func kerasLeaders(of network: Network) -> [Int] {
        // Keras' VGG activates within its convolutions.
        let isActivatedWithin = name.hasPrefix("vgg")
        return network.nodes.enumerated().map { position, node in
            let isWithin =
                node.name.hasSuffix("/pointwise") || isActivatedWithin && node.name.hasSuffix("/relu")
            return isWithin ? position - 1 : position
        }
    }

    /// Whether Keras has a layer of padding before that of this node: before what is not padded as
    /// TensorFlow's "same" does it, and before the depthwise steps of 2 in MobileNets, where the result is
    /// the same.
    private func isPaddedApart(_ node: Node, in network: Network) -> Bool {
        switch node.operation {
        case .convolution(let convolution):
            convolution.padding != .same && convolution.padding != .valid
                || convolution.groups > 1 && convolution.stride > 1
        case .pooling(let pooling): pooling.padding != .same && pooling.padding != .valid
        case .input, .batchNormalization, .activation, .add, .multiply, .concatenate, .globalAveragePooling,
            .adaptiveAveragePooling, .localResponseNormalization, .flatten, .dropout, .dense, .softmax,
            .parameter:
            false
        }
    }
}
