internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

/// A network as layers of Keras: one of each node's name, and helpers where Keras needs them.
struct KerasTranslation {
    /// What becomes of a node's output.
    struct Value {
        /// The layer that gives it.
        var layer: String
        /// Whether none of its numbers is negative.
        var isNonNegative = false
    }

    /// What is translated.
    let network: Network
    /// Its parameters.
    let parameters: ParameterStore
    /// The layers so far.
    var graph = KerasGraph()
    /// The names of the layers that stand for nodes.
    private var names: [String: String] = [:]
    /// The values of the nodes so far, by the nodes' names.
    private var values: [String: Value] = [:]

    /// The translation of a network whose only input is a picture.
    ///
    /// - Throws: ``ExportError`` that names the node which Keras cannot have.
    init(_ network: Network, _ parameters: ParameterStore, _ pixels: KerasPixels, input: String) throws {
        self.network = network
        self.parameters = parameters
        let input = graph.reserveName(like: input)
        for node in network.nodes where !node.inputs.isEmpty {
            names[node.name] = graph.reserveName(like: node.name)
        }
        let shape = network.inputShape ?? []
        let first = graph.addPixels(pixels, height: shape[0], width: shape[1], input: input)
        for node in network.nodes {
            values[node.name] =
                node.inputs.isEmpty ? try source(node, input: first) : try translated(node)
        }
    }

    /// The layer that gives a node's output.
    func layer(of node: String) throws(ExportError) -> String { try value(of: node).layer }

    /// The value of a node.
    private func value(of node: String) throws(ExportError) -> Value {
        guard let value = values[node] else {
            throw ExportError("\(network.name): \(node)", found: "has no value")
        }
        return value
    }

    /// The value of a node without inputs.
    private func source(_ node: Node, input: String) throws(ExportError) -> Value {
        guard case .input = node.operation else {
            throw refusal(node, "gives learned numbers, which no layer of Keras does")
        }
        return Value(layer: input)
    }

    private mutating func translated(_ node: Node) throws -> Value {
        let inputs = try node.inputs.map { name throws(ExportError) in try value(of: name) }
        let first = inputs[0].layer
        let isNonNegative = inputs.allSatisfy(\.isNonNegative)
        func result(_ layer: String) -> Value { Value(layer: layer, isNonNegative: isNonNegative) }
        switch node.operation {
        case .input, .parameter: throw refusal(node, "has an input")
        case .convolution(let convolution): return Value(layer: try add(convolution, of: node, to: first))
        case .dense(let dense): return Value(layer: try add(dense, of: node, to: first))
        case .batchNormalization(let normalization):
            return Value(layer: try add(normalization, of: node, to: first))
        case .activation(let activation): return add(activation, of: node, to: first)
        case .add: return result(combine(.add, node, inputs))
        case .multiply: return result(combine(.multiply, node, inputs))
        case .concatenate:
            guard inputs.count > 1 else { return inputs[0] }
            return result(add(.concatenate, for: node, to: inputs.map(\.layer), ["axis": .integer(-1)]))
        case .pooling(let pooling): return result(try add(pooling, of: node, to: inputs[0]))
        case .globalAveragePooling:
            return result(add(.globalAveragePooling, for: node, to: [first], channelsLast))
        case .adaptiveAveragePooling(let pooling): return result(add(pooling, of: node, to: first))
        case .localResponseNormalization(let normalization):
            return result(add(normalization, of: node, to: first))
        case .flatten:
            guard graph.shape(of: first).rank > 1 else { return inputs[0] }
            return result(add(.flatten, for: node, to: [first], channelsLast))
        case .dropout(let dropout):
            return result(add(.dropout, for: node, to: [first], ["rate": .float(dropout.rate)]))
        case .softmax:
            return Value(
                layer: add(.softmax, for: node, to: [first], ["axis": .integer(-1)]), isNonNegative: true)
        }
    }

    /// Adds the layer that stands for a node, and returns its name.
    mutating func add(
        _ kind: KerasLayer.Kind, for node: Node, to inputs: [String],
        _ settings: KeyValuePairs<String, JSONValue> = [:], weights: [KerasLayer.Weight] = []
    ) -> String {
        graph.add(
            kind, named: name(of: node), to: inputs, settings, shape: network.shape(of: node.name) ?? [],
            weights: weights)
    }

    /// What the layer that stands for a node is called.
    func name(of node: Node) -> String { names[node.name] ?? KerasNames.accepted(node.name) }

    /// The setting of layers whose inputs are feature maps, whatever the reader's session prefers.
    var channelsLast: KeyValuePairs<String, JSONValue> { ["data_format": .text("channels_last")] }

    /// Says which node Keras cannot have.
    func refusal(_ node: Node, _ found: String) -> ExportError {
        ExportError("\(network.name): \(node.name)", found: found, remedy: "Export the model as ONNX")
    }
}
