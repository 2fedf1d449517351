internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

/// Nodes with parameters.
extension KerasTranslation {
    /// A convolution. One of as many groups as channels is a depthwise one.
    mutating func add(_ convolution: Convolution, of node: Node, to input: String) throws -> String {
        let shape = graph.shape(of: input)
        let kernel = try parameter(.kernel, of: node)
        let (height, width) = (convolution.kernelHeight, convolution.kernelWidth)
        let inputs = shape[2] / convolution.groups
        let padding = convolution.padding.edges(
            height: shape[0], width: shape[1], kernelHeight: height, kernelWidth: width,
            stride: convolution.stride)
        let (padded, mode) = pad(
            padding, of: node, to: input, kernelHeight: height, kernelWidth: width, stride: convolution.stride
        )
        let isDepthwise = convolution.groups > 1 && convolution.groups == shape[2]
        let multiplier = convolution.filters / shape[2]
        var weights = [
            KerasLayer.Weight(
                tensor: kernel,
                shape: isDepthwise
                    ? [height, width, shape[2], multiplier] : [height, width, inputs, convolution.filters],
                arrangement: .outputsLast(
                    places: height * width, inputs: inputs, outputs: convolution.filters))
        ]
        if convolution.hasBias { weights.append(try plain(.bias, of: node)) }
        let size = JSONValue.integers([height, width])
        let strides = JSONValue.integers([convolution.stride, convolution.stride])
        guard !isDepthwise else {
            return add(
                .depthwiseConvolution, for: node, to: [padded],
                [
                    "kernel_size": size, "strides": strides, "padding": .text(mode),
                    "depth_multiplier": .integer(multiplier), "data_format": .text("channels_last"),
                    "use_bias": .bool(convolution.hasBias),
                ], weights: weights)
        }
        return add(
            .convolution, for: node, to: [padded],
            [
                "filters": .integer(convolution.filters), "kernel_size": size, "strides": strides,
                "padding": .text(mode), "data_format": .text("channels_last"),
                "groups": .integer(convolution.groups), "use_bias": .bool(convolution.hasBias),
            ], weights: weights)
    }

    /// A dense layer, of vectors or of rows of them.
    mutating func add(_ dense: Dense, of node: Node, to input: String) throws -> String {
        let kernel = try parameter(.kernel, of: node)
        let inputs = kernel.shape[1]
        var weights = [
            KerasLayer.Weight(
                tensor: kernel, shape: [inputs, dense.units],
                arrangement: .outputsLast(places: 1, inputs: inputs, outputs: dense.units))
        ]
        if dense.hasBias { weights.append(try plain(.bias, of: node)) }
        return add(
            .dense, for: node, to: [input],
            ["units": .integer(dense.units), "use_bias": .bool(dense.hasBias)], weights: weights)
    }

    /// A BatchNorm, with its statistics.
    mutating func add(
        _ normalization: BatchNormalization, of node: Node, to input: String
    ) throws -> String {
        let scale = normalization.hasScale ? [try plain(.gamma, of: node)] : []
        let others = try [ParameterSpecification.Role.beta, .movingMean, .movingVariance].map {
            try plain($0, of: node)
        }
        return add(
            .batchNormalization, for: node, to: [input],
            [
                "axis": .integer(-1), "epsilon": .float(normalization.epsilon),
                "scale": .bool(normalization.hasScale), "center": .bool(true),
            ], weights: scale + others)
    }

    /// A parameter that Keras has in the same form.
    private func plain(
        _ role: ParameterSpecification.Role, of node: Node
    ) throws -> KerasLayer.Weight {
        let tensor = try parameter(role, of: node)
        return KerasLayer.Weight(tensor: tensor, shape: tensor.shape, arrangement: .same)
    }

    /// A parameter that the node has, checked.
    private func parameter(_ role: ParameterSpecification.Role, of node: Node) throws -> Tensor {
        let all = node.operation.parameters(of: node.name, inputs: network.inputShapes(of: node))
        guard let parameter = all.first(where: { $0.role == role }) else {
            throw ExportError("\(network.name): \(node.name)", found: "has no \(role.rawValue)")
        }
        return try parameters.tensor(for: parameter)
    }
}
