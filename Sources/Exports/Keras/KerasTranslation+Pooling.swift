internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

/// Windows of feature maps.
extension KerasTranslation {
    /// A pooling. Its edges are those of the input's size, with what a last, partly filled window needs.
    mutating func add(_ pooling: Pooling, of node: Node, to input: Value) throws(ExportError) -> String {
        let (shape, size) = (graph.shape(of: input.layer), pooling.size)
        let edges = pooling.edges(input: shape)
        guard max(edges.bottom, edges.right) < size else {
            throw refusal(
                node,
                "has a padding of \(max(edges.bottom, edges.right)) behind its input, as wide as its window"
            )
        }
        let mode = mode(
            edges, of: shape, kernelHeight: size, kernelWidth: size, stride: pooling.stride)
        switch pooling.reduction {
        case .maximum:
            if let mode { return window(.maximumPooling, pooling, node, to: input.layer, mode) }
            // Beside numbers that are not negative, zeros are never the greatest alone.
            let padded =
                input.isNonNegative
                ? addZeros(edges, like: name(of: node), to: input.layer)
                : addCopies(edges, like: name(of: node), to: input.layer)
            return window(.maximumPooling, pooling, node, to: padded, "valid")
        case .average:
            // With PyTorch, Keras counts padding that is not the same on both sides.
            if let mode, edges.top == edges.bottom, edges.left == edges.right {
                return window(.averagePooling, pooling, node, to: input.layer, mode)
            }
            return addUnpaddedMeans(pooling, edges, of: node, to: input.layer)
        case .averageWithPadding:
            // Keras does not count what its mode "same" adds.
            let padded =
                mode == "valid" ? input.layer : addZeros(edges, like: name(of: node), to: input.layer)
            return window(.averagePooling, pooling, node, to: padded, "valid")
        }
    }

    /// The layer that stands for a pooling's node.
    private mutating func window(
        _ kind: KerasLayer.Kind, _ pooling: Pooling, _ node: Node, to input: String, _ mode: String
    ) -> String {
        add(kind, for: node, to: [input], settings(pooling, mode))
    }

    private func settings(_ pooling: Pooling, _ mode: String) -> KeyValuePairs<String, JSONValue> {
        [
            "pool_size": .integers([pooling.size, pooling.size]),
            "strides": .integers([pooling.stride, pooling.stride]), "padding": .text(mode),
            "data_format": .text("channels_last"),
        ]
    }

    /// Means in which padding does not count: those in which it counts as zeros, times the size of each
    /// window over the number of its elements that are no padding.
    private mutating func addUnpaddedMeans(
        _ pooling: Pooling, _ edges: Padding.Edges, of node: Node, to input: String
    ) -> String {
        let (shape, name) = (graph.shape(of: input), name(of: node))
        let output = network.shape(of: node.name) ?? []
        func factors(_ count: Int, _ extent: Int, before: Int) -> [JSONValue] {
            (0..<count).map { index in
                let start = index * pooling.stride - before
                let inside = min(start + pooling.size, extent) - max(start, 0)
                return .double(Double(pooling.size) / Double(inside))
            }
        }
        let padded = addZeros(edges, like: name, to: input)
        let means = graph.addHelper(
            .averagePooling, like: "\(name)_means", to: [padded], settings(pooling, "valid"), shape: output)
        let rows = factors(output[0], shape[0], before: edges.top)
        let columns = factors(output[1], shape[1], before: edges.left)
        let corrected = graph.addHelper(
            .rescaling, like: "\(name)_rows", to: [means],
            ["scale": .array(rows.map { .array([.array([$0])]) }), "offset": .double(0)], shape: output)
        return add(
            .rescaling, for: node, to: [corrected],
            ["scale": .array([.array(columns.map { .array([$0]) })]), "offset": .double(0)])
    }

    /// Means that give a fixed size.
    mutating func add(_ pooling: AdaptiveAveragePooling, of node: Node, to input: String) -> String {
        let shape = graph.shape(of: input)
        if shape[0] == pooling.height, shape[1] == pooling.width { return input }
        guard shape[0] % pooling.height == 0, shape[1] % pooling.width == 0 else {
            // Windows overlap. Older versions of Keras 3 do not have this layer.
            return add(
                .adaptiveAveragePooling, for: node, to: [input],
                [
                    "output_size": .integers([pooling.height, pooling.width]),
                    "data_format": .text("channels_last"),
                ])
        }
        let window = JSONValue.integers([shape[0] / pooling.height, shape[1] / pooling.width])
        return add(
            .averagePooling, for: node, to: [input],
            [
                "pool_size": window, "strides": window, "padding": .text("valid"),
                "data_format": .text("channels_last"),
            ])
    }
}
