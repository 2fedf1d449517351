internal import GraftNetworks
internal import GraftTensors

/// A network as operators of ONNX, opset 17.
///
/// What Graft describes as `[height, width, channels]` is N x C x H x W here, `[units]` is N x units, and
/// `[rows, units]` N x rows x units.
struct ONNXTranslation {
    /// What becomes of a node's output.
    struct Value {
        /// Its name in the graph.
        var name: String
        /// Whether its batch is 1 whatever that of the pictures: it comes from learned numbers alone.
        var isConstant = false
    }

    /// What is translated.
    let network: Network
    /// Its parameters.
    let folded: FoldedWeights
    /// Whether kernels are stored in 16 bits.
    let isHalf: Bool
    /// The operators and numbers so far.
    var graph: ONNXGraph
    /// The values of the nodes so far, by the nodes' names.
    private var values: [String: Value] = [:]

    /// The translation of a network whose only input's value, N x C x H x W, is `input` in `graph`.
    ///
    /// - Throws: ``ExportError`` that names the node which cannot be written.
    init(
        _ network: Network, _ parameters: ParameterStore, isHalf: Bool, input: String, in graph: ONNXGraph
    ) throws {
        self.network = network
        self.isHalf = isHalf
        self.graph = graph
        folded = FoldedWeights(network, parameters)
        for (position, node) in network.nodes.enumerated() where values[node.name] == nil {
            let normalization = folded.normalization(after: node, at: position)
            let value = try translated(node, normalizedBy: normalization, input: input)
            values[node.name] = value
            if let normalization { values[normalization.name] = value }
        }
    }

    /// The value of a node.
    func value(of node: String) throws(ExportError) -> Value {
        guard let value = values[node] else {
            throw ExportError("\(network.name): \(node)", found: "has no value")
        }
        return value
    }

    /// The value of a node, and of the BatchNorm behind it where that is computed with it.
    private mutating func translated(
        _ node: Node, normalizedBy normalization: Node?, input: String
    ) throws -> Value {
        let shapes = network.inputShapes(of: node)
        let inputs = try node.inputs.map { name throws(ExportError) in try value(of: name) }
        let isConstant = !inputs.isEmpty && inputs.allSatisfy(\.isConstant)
        func result(_ name: String) -> Value { Value(name: name, isConstant: isConstant) }
        switch node.operation {
        case .input: return Value(name: input)
        case .parameter(let tensor): return try learned(node, tensor)
        case .convolution(let convolution):
            return result(
                try add(convolution, of: node, to: inputs[0].name, shapes[0], normalizedBy: normalization))
        case .dense(let dense):
            return result(
                try add(dense, of: node, to: inputs[0].name, shapes[0], normalizedBy: normalization))
        case .batchNormalization:
            return result(try addNormalization(node, to: inputs[0].name, shapes[0]))
        case .activation(let activation):
            return result(add(activation, of: node.name, to: inputs[0].name))
        case .add: return result(combine("Add", node, inputs, shapes))
        case .multiply: return result(combine("Mul", node, inputs, shapes))
        case .concatenate:
            // All have a batch, or none has.
            let names = inputs.map {
                $0.isConstant && !isConstant ? repeated($0.name, rank: 3) : $0.name
            }
            return result(graph.add("Concat", names, named: node.name, [ONNXAttribute("axis", 1)]))
        case .pooling(let pooling):
            return result(try add(pooling, of: node, to: inputs[0].name, shapes[0]))
        case .globalAveragePooling:
            let means = graph.add("GlobalAveragePool", [inputs[0].name], named: "\(node.name):map")
            return result(graph.add("Flatten", [means], named: node.name))
        case .adaptiveAveragePooling(let pooling):
            return result(add(pooling, of: node.name, to: inputs[0].name, shapes[0]))
        case .localResponseNormalization(let normalization):
            return result(add(normalization, of: node.name, to: inputs[0].name))
        case .flatten: return result(flatten(node.name, inputs[0].name, shapes[0]))
        case .dropout: return inputs[0]
        case .softmax:
            return result(
                graph.add("Softmax", [inputs[0].name], named: node.name, [ONNXAttribute("axis", -1)]))
        }
    }
}
