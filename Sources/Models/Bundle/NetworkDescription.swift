internal import GraftNetworks
internal import GraftTensors

/// A network as a file has it: its nodes are not trusted before they are checked.
///
/// A size that no picture and no memory could have is refused before any arithmetic is done with it.
struct NetworkDescription: Codable {
    let name: String
    let nodes: [Node]

    /// The greatest height, width or number of channels of a feature map.
    private static let greatestExtent = 1 << 16
    /// The greatest number of units of a vector.
    private static let greatestVector = 1 << 24
    /// The greatest number of elements of one output, for one picture: 4 GiB.
    private static let greatestOutput = 1 << 30
    /// The greatest kernel, stride and padding.
    private static let greatestKernel = 1 << 10

    init(_ network: Network) {
        name = network.name
        nodes = network.nodes
    }

    /// The network.
    ///
    /// - Throws: ``Flaw`` where a size is absurd, `NetworkError` where the nodes do not fit together.
    func network() throws -> Network {
        var shapes: [String: Shape] = [:]
        for node in nodes {
            try checkSizes(of: node)
            let inputs = node.inputs.compactMap { shapes[$0] }
            // Network's initialiser words it best.
            guard inputs.count == node.inputs.count else { break }
            let shape = try node.operation.outputShape(of: "\(name): \(node.name)", inputs: inputs)
            guard isPossible(shape) else {
                throw Flaw(.description, "has an output of shape \(shape) at network node \(node.name)")
            }
            shapes[node.name] = shape
        }
        return try Network(name: name, nodes: nodes)
    }

    private func isPossible(_ shape: Shape) -> Bool {
        switch shape.rank {
        case 1: (1...Self.greatestVector).contains(shape[0])
        case 3:
            shape.dimensions.allSatisfy { (1...Self.greatestExtent).contains($0) }
                && shape.elementCount <= Self.greatestOutput
        default: false
        }
    }

    private func checkSizes(of node: Node) throws(Flaw) {
        func check(_ what: String, _ value: Int, _ range: ClosedRange<Int>) throws(Flaw) {
            guard !range.contains(value) else { return }
            throw Flaw(
                .description, "has \(value) as \(what) of network node \(node.name)",
                expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        func check(_ what: String, _ isGood: Bool) throws(Flaw) {
            if !isGood { throw Flaw(.description, "has an impossible \(what) at network node \(node.name)") }
        }
        func check(_ padding: Padding) throws(Flaw) {
            guard case .edges(let edges) = padding else { return }
            for edge in [edges.top, edges.left, edges.bottom, edges.right] {
                try check("padding", edge, 0...Self.greatestKernel)
            }
        }
        switch node.operation {
        case .input(let input):
            try check("input of shape \(input.shape)", isPossible(input.shape))
        case .convolution(let convolution):
            try check("filters", convolution.filters, 1...Self.greatestExtent)
            try check("groups", convolution.groups, 1...Self.greatestExtent)
            try check("kernelHeight", convolution.kernelHeight, 1...Self.greatestKernel)
            try check("kernelWidth", convolution.kernelWidth, 1...Self.greatestKernel)
            try check("stride", convolution.stride, 1...Self.greatestKernel)
            try check(convolution.padding)
        case .pooling(let pooling):
            try check("size", pooling.size, 1...Self.greatestKernel)
            try check("stride", pooling.stride, 1...Self.greatestKernel)
            try check(pooling.padding)
        case .adaptiveAveragePooling(let pooling):
            try check("height", pooling.height, 1...Self.greatestKernel)
            try check("width", pooling.width, 1...Self.greatestKernel)
        case .localResponseNormalization(let normalization):
            try check("size", normalization.size, 1...Self.greatestExtent)
            let numbers = [normalization.alpha, normalization.beta, normalization.k]
            try check("normalisation", numbers.allSatisfy { $0.isFinite && $0 >= 0 })
        case .dense(let dense):
            try check("units", dense.units, 1...Self.greatestVector)
        case .batchNormalization(let normalization):
            try check("epsilon", normalization.epsilon.isFinite && normalization.epsilon >= 0)
        case .dropout(let dropout):
            try check("rate", (0..<1).contains(dropout.rate))
        case .activation, .add, .concatenate, .globalAveragePooling, .flatten, .softmax:
            break
        }
    }
}
