internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

/// Nodes with parameters.
extension ONNXTranslation {
    /// A convolution, and the BatchNorm behind it where there is one.
    mutating func add(
        _ convolution: Convolution, of node: Node, to input: String, _ shape: Shape,
        normalizedBy normalization: Node?
    ) throws -> String {
        let edges = convolution.edges(input: shape)
        let weights = try addWeights(of: node, normalizedBy: normalization)
        return graph.add(
            "Conv", [input] + weights, named: normalization?.name ?? node.name,
            [
                ONNXAttribute("kernel_shape", [convolution.kernelHeight, convolution.kernelWidth]),
                ONNXAttribute("strides", [convolution.stride, convolution.stride]),
                ONNXAttribute("pads", [edges.top, edges.left, edges.bottom, edges.right]),
                ONNXAttribute("group", convolution.groups),
            ])
    }

    /// A dense layer, and the BatchNorm behind it where there is one. Rows are vectors of a longer batch.
    mutating func add(
        _ dense: Dense, of node: Node, to input: String, _ shape: Shape, normalizedBy normalization: Node?
    ) throws -> String {
        let weights = try addWeights(of: node, normalizedBy: normalization)
        let name = normalization?.name ?? node.name
        let attributes = [ONNXAttribute("transB", 1)]
        guard shape.rank == 2 else { return graph.add("Gemm", [input] + weights, named: name, attributes) }
        let flat = graph.integers([-1, shape[1]], named: "\(name):flat")
        let rows = graph.add("Reshape", [input, flat], named: "\(name):rows")
        let product = graph.add("Gemm", [rows] + weights, named: "\(name):product", attributes)
        let whole = graph.integers([-1, shape[0], dense.units], named: "\(name):whole")
        return graph.add("Reshape", [product, whole], named: name)
    }

    /// A BatchNorm that is computed by itself.
    mutating func addNormalization(_ node: Node, to input: String, _ shape: Shape) throws -> String {
        let (factors, offsets) = try folded.affineForm(of: node)
        // Channels are the second axis of a feature map, and the last one of what is none.
        let dimensions = shape.rank == 3 ? [factors.count, 1, 1] : [factors.count]
        let factor = graph.constant(
            factors.map { Float($0) }, named: "\(node.name)/factor", dimensions: dimensions)
        let offset = graph.constant(
            offsets.map { Float($0) }, named: "\(node.name)/offset", dimensions: dimensions)
        let scaled = graph.add("Mul", [input, factor], named: "\(node.name):scaled")
        return graph.add("Add", [scaled, offset], named: node.name)
    }

    /// Learned numbers, with a batch of 1.
    mutating func learned(_ node: Node, _ learned: LearnedTensor) throws -> Value {
        let tensor = try folded.parameter(.value, of: node)
        let stored = graph.add(
            ONNXTensor(
                name: "\(node.name)/value", type: .float32, dimensions: [1] + learned.shape.dimensions,
                source: .parameter(tensor, factors: [])))
        guard learned.shape.rank == 3 else { return Value(name: stored, isConstant: true) }
        return Value(
            name: graph.add("Transpose", [stored], named: node.name, [ONNXAttribute("perm", [0, 3, 1, 2])]),
            isConstant: true)
    }

    /// Stores the kernel and bias of a node and returns their names.
    private mutating func addWeights(of node: Node, normalizedBy normalization: Node?) throws -> [String] {
        let weights = try folded.weights(of: node, normalizedBy: normalization)
        var names = [try addKernel(weights.kernel, factors: weights.factors, of: node)]
        if let bias = weights.bias {
            names.append(graph.constant(bias, named: "\(node.name)/bias", dimensions: [bias.count]))
        }
        return names
    }

    /// Stores a kernel, in 16 bits where that is asked for, and returns the name of its 32-bit form.
    private mutating func addKernel(_ kernel: Tensor, factors: [Float], of node: Node) throws -> String {
        var tensor = ONNXTensor(
            name: "\(node.name)/kernel", type: .float32, dimensions: kernel.shape.dimensions,
            source: .parameter(kernel, factors: factors))
        guard isHalf else { return graph.add(tensor) }
        tensor.type = .float16
        // From 65,520 on the nearest number of 16 bits is infinity.
        guard tensor.greatestMagnitude < 65_520 else {
            throw ExportError(
                "\(network.name): \(node.name)", found: "has weights that 16 bits cannot hold",
                expected: "numbers from -65,504 to 65,504", remedy: "Export it in 32 bits")
        }
        tensor.name += ":half"
        let stored = graph.add(tensor)
        return graph.add(
            "Cast", [stored], named: "\(node.name)/kernel",
            [ONNXAttribute("to", ONNXElementType.float32.rawValue)])
    }
}
