internal import GraftNetworks
internal import GraftTensors

/// The parameters of a network with BatchNorm as part of the kernels before it, where that is possible.
struct FoldedWeights {
    /// A kernel, whose row i along the first axis is to be multiplied by factor i where there are factors, and a bias.
    struct Weights {
        var kernel: Tensor
        var factors: [Float]
        var bias: [Float]?

        /// The kernel's numbers, multiplied.
        var values: [Float] {
            var values = kernel.floats
            guard !factors.isEmpty else { return values }
            let length = values.count / factors.count
            for index in values.indices { values[index] *= factors[index / length] }
            return values
        }
    }

    let network: Network
    let parameters: ParameterStore
    /// For each node, the positions of its readers.
    private let consumers: [[Int]]

    init(_ network: Network, _ parameters: ParameterStore) {
        self.network = network
        self.parameters = parameters
        consumers = network.consumers
    }

    /// The only reader of a node, which is no output; `nil` where there are others.
    func onlyReader(of node: Node, at position: Int) -> Node? {
        guard consumers[position].count == 1, !network.outputs.contains(node.name) else { return nil }
        return network.nodes[consumers[position][0]]
    }

    /// The BatchNorm behind a node with a kernel that can be computed with it: nothing else reads the node.
    func normalization(after node: Node, at position: Int) -> Node? {
        let roles = node.operation.parameters(of: node.name, inputs: network.inputShapes(of: node)).map(
            \.role)
        guard roles.contains(.kernel), let reader = onlyReader(of: node, at: position),
            case .batchNormalization = reader.operation
        else { return nil }
        return reader
    }

    /// The kernel and bias of a node. A BatchNorm y = a x + b becomes part of them: a times the kernel's rows, and a times
    /// the bias, plus b.
    func weights(of node: Node, normalizedBy normalization: Node?) throws -> Weights {
        let kernel = try parameter(.kernel, of: node)
        let bias = try parameterIfAny(.bias, of: node)?.floats
        guard let normalization else { return Weights(kernel: kernel, factors: [], bias: bias) }
        let (scales, offsets) = try affineForm(of: normalization)
        let old = bias ?? [Float](repeating: 0, count: scales.count)
        return Weights(
            kernel: kernel, factors: scales.map { Float($0) },
            bias: zip(old, zip(scales, offsets)).map { Float(Double($0) * $1.0 + $1.1) })
    }

    /// A BatchNorm as y = factor · x + offset: factor = gamma / √(variance + epsilon), offset = beta − mean ·
    /// factor (Ioffe and Szegedy, 2015).
    func affineForm(of node: Node) throws -> (factors: [Double], offsets: [Double]) {
        guard case .batchNormalization(let normalization) = node.operation else { return ([], []) }
        let variances = try parameter(.movingVariance, of: node).floats
        let means = try parameter(.movingMean, of: node).floats
        let betas = try parameter(.beta, of: node).floats
        let gammas =
            try parameterIfAny(.gamma, of: node)?.floats ?? [Float](repeating: 1, count: variances.count)
        let factors = zip(gammas, variances).map {
            Double($0) / (Double($1) + Double(normalization.epsilon)).squareRoot()
        }
        let offsets = zip(zip(betas, means), factors).map { Double($0.0) - Double($0.1) * $1 }
        return (factors, offsets)
    }

    /// A parameter that the node has.
    func parameter(_ role: ParameterSpecification.Role, of node: Node) throws -> Tensor {
        guard let tensor = try parameterIfAny(role, of: node) else {
            throw ExportError("\(network.name): \(node.name)", found: "has no \(role.rawValue)")
        }
        return tensor
    }

    /// A parameter of a node, checked; `nil` where the node has none of this role.
    private func parameterIfAny(_ role: ParameterSpecification.Role, of node: Node) throws -> Tensor? {
        let all = node.operation.parameters(of: node.name, inputs: network.inputShapes(of: node))
        return try all.first { $0.role == role }.map { parameter throws(NetworkError) in
            try parameters.tensor(for: parameter)
        }
    }
}
