package import GraftNetworks
package import GraftTensors

/// One layer as a network's source knows it, with what its files hold for it.
package struct SourceLayer: Sendable, Hashable {
    /// What Keras calls layers of this kind, in snake case.
    package enum Kind: String, Sendable, Hashable {
        case convolution = "conv2d"
        case depthwiseConvolution = "depthwise_conv2d"
        case separableConvolution = "separable_conv2d"
        case batchNormalization = "batch_normalization"
        case dense = "dense"
    }

    /// The names it may have, the source's own first.
    package var names: [String]
    /// What it is.
    package var kind: Kind
    /// Its parameters, in the order of the source.
    package var entries: [SourceEntry]
}

/// One parameter of a network as it stands in a file.
package struct SourceEntry: Sendable, Hashable {
    /// The name of the network's parameter.
    package var parameter: String
    /// The last part of its name in the file, as in "kernel" or "weight".
    package var leaf: String
    /// Its shape in the file.
    package var shape: Shape
    /// The network's shape.
    package var target: Shape
    /// How one becomes the other.
    package var rearrangement: Rearrangement
}

extension Architecture {
    /// The layers with parameters of a network of this architecture, as its source knows them, in the order
    /// of the nodes.
    package func sourceLayers(of network: Network) -> [SourceLayer] {
        var layers: [SourceLayer] = []
        for node in network.nodes {
            let inputs = network.inputShapes(of: node)
            let parameters = node.operation.parameters(of: node.name, inputs: inputs)
            guard let kind = kind(of: node, inputs: inputs) else { continue }
            let entries = parameters.map { entry($0, of: node, kind, in: network) }
            // Keras' separable convolution is one layer, here two nodes.
            if source == .keras, let whole = node.name.droppingSuffix("/pointwise"), let last = layers.last,
                last.names == [whole]
            {
                layers[layers.count - 1].kind = .separableConvolution
                layers[layers.count - 1].entries += entries.map { entry in
                    var entry = entry
                    if entry.leaf == "kernel" { entry.leaf = "pointwise_kernel" }
                    return entry
                }
                continue
            }
            layers.append(SourceLayer(names: names(of: node.name), kind: kind, entries: entries))
        }
        return layers
    }

    private func names(of node: String) -> [String] {
        let known = sourceNames(node)
        if !known.isEmpty { return known }
        switch source {
        case .keras:
            let name = node.droppingSuffix("/depthwise") ?? node
            // Keras 3 forbids the slashes that older versions allowed.
            return name.contains("/")
                ? [name, name.split(separator: "/").joined(separator: "_")] : [name]
        case .bvlc: return [node]
        case .torchvision, .pytorch: return [node.split(separator: "/").joined(separator: ".")]
        }
    }

    private func kind(of node: Node, inputs: [Shape]) -> SourceLayer.Kind? {
        switch node.operation {
        case .convolution(let convolution):
            convolution.groups > 1 && convolution.groups == inputs[0][2]
                ? .depthwiseConvolution : .convolution
        case .batchNormalization: .batchNormalization
        case .dense: .dense
        case .input, .activation, .add, .multiply, .concatenate, .pooling, .globalAveragePooling,
            .adaptiveAveragePooling, .localResponseNormalization, .flatten, .dropout, .softmax, .parameter:
            nil
        }
    }

    private func entry(
        _ parameter: ParameterSpecification, of node: Node, _ kind: SourceLayer.Kind, in network: Network
    ) -> SourceEntry {
        var entry = SourceEntry(
            parameter: parameter.name, leaf: leaf(parameter.role, kind), shape: parameter.shape,
            target: parameter.shape, rearrangement: .none)
        guard parameter.role == .kernel else { return entry }
        let shape = parameter.shape
        if source == .keras {
            switch kind {
            case .dense where names(of: node.name) == ["conv_preds"]:
                // MobileNet's classifier is a convolution of one place there.
                entry.shape = [1, 1, shape[1], shape[0]]
                entry.rearrangement = .reversingAxes(places: 1, inputs: shape[1], outputs: shape[0])
            case .dense:
                entry.shape = [shape[1], shape[0]]
                entry.rearrangement = .reversingAxes(places: 1, inputs: shape[1], outputs: shape[0])
            case .depthwiseConvolution:
                let channels = network.inputShapes(of: node)[0][2]
                entry.shape = [shape[2], shape[3], channels, shape[0] / channels]
                entry.rearrangement = .reversingAxes(
                    places: shape[2] * shape[3], inputs: 1, outputs: shape[0])
            default:
                entry.shape = [shape[2], shape[3], shape[1], shape[0]]
                entry.rearrangement = .reversingAxes(
                    places: shape[2] * shape[3], inputs: shape[1], outputs: shape[0])
            }
        } else if kind == .dense, let map = flattenedShape(before: node, in: network) {
            entry.rearrangement = .channelsLast(
                rows: shape[0], channels: map[2], places: map[0] * map[1])
        }
        return entry
    }

    /// The shape of the feature map that was flattened into a dense layer's input.
    private func flattenedShape(before node: Node, in network: Network) -> Shape? {
        var name = node.inputs[0]
        while let position = network.position(of: name) {
            let node = network.nodes[position]
            switch node.operation {
            case .flatten: return network.inputShapes(of: node)[0]
            case .dropout: name = node.inputs[0]
            case .input, .convolution, .batchNormalization, .activation, .add, .multiply, .concatenate,
                .pooling,
                .globalAveragePooling, .adaptiveAveragePooling, .localResponseNormalization, .dense, .softmax,
                .parameter:
                return nil
            }
        }
        return nil
    }

    private func leaf(_ role: ParameterSpecification.Role, _ kind: SourceLayer.Kind) -> String {
        switch (source, role) {
        case (.keras, .kernel): kind == .depthwiseConvolution ? "depthwise_kernel" : "kernel"
        case (.keras, .bias): "bias"
        case (.keras, .gamma): "gamma"
        case (.keras, .beta): "beta"
        case (.keras, .movingMean): "moving_mean"
        case (.keras, .movingVariance): "moving_variance"
        case (_, .kernel), (_, .gamma): "weight"
        case (_, .bias), (_, .beta): "bias"
        case (_, .movingMean): "running_mean"
        case (_, .movingVariance): "running_var"
        case (_, .value): "value"
        }
    }
}

extension String {
    fileprivate func droppingSuffix(_ suffix: String) -> String? {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
    }
}
