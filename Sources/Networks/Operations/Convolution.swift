internal import GraftFiles
package import GraftTensors

/// A two-dimensional convolution.
///
/// Its kernel has the shape [filters, inputChannels / groups, kernelHeight, kernelWidth], its bias [filters].
package struct Convolution: Sendable, Hashable, Codable {
    /// The number of output channels.
    package var filters: Int
    /// The rows of the kernel.
    package var kernelHeight: Int
    /// The columns of the kernel.
    package var kernelWidth: Int
    /// The step, the same down and across.
    package var stride: Int
    /// How the input is extended by zeros.
    package var padding: Padding
    /// The number of groups that channels are divided into; as many as input channels makes it depthwise.
    package var groups: Int
    /// Whether a bias is added.
    package var hasBias: Bool

    /// A convolution with a square kernel.
    package init(
        filters: Int, kernelSize: Int, stride: Int = 1, padding: Padding = .same, groups: Int = 1,
        hasBias: Bool = false
    ) {
        self.init(
            filters: filters, kernelHeight: kernelSize, kernelWidth: kernelSize, stride: stride,
            padding: padding, groups: groups, hasBias: hasBias)
    }

    /// A convolution.
    package init(
        filters: Int, kernelHeight: Int, kernelWidth: Int, stride: Int = 1, padding: Padding = .same,
        groups: Int = 1, hasBias: Bool = false
    ) {
        self.filters = filters
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.padding = padding
        self.groups = groups
        self.hasBias = hasBias
    }
}

extension Convolution: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .convolution }
    package var operation: NetworkOperation { .convolution(self) }
    package var summary: String {
        let window = "\(kernelHeight)x\(kernelWidth)\(stride > 1 ? " /\(stride)" : "")"
        if groups == 1 { return "convolution \(window)" }
        return groups == filters ? "depthwise \(window)" : "grouped \(window) /g\(groups)"
    }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        try requireMap(node, inputs)
        let input = inputs[0]
        guard filters > 0, kernelHeight > 0, kernelWidth > 0, stride > 0, groups > 0 else {
            throw NetworkError(
                node, found: "has a size that is not positive",
                expected: "filters, kernel, stride and groups of 1 or more")
        }
        guard input[2] % groups == 0, filters % groups == 0 else {
            throw NetworkError(
                node, found: "has \(input[2]) input channels and \(filters) filters in \(groups) groups",
                expected: "numbers that the groups divide")
        }
        let edges = edges(input: input)
        let height = input[0] + edges.top + edges.bottom - kernelHeight
        let width = input[1] + edges.left + edges.right - kernelWidth
        guard height >= 0, width >= 0, min(edges.top, edges.left, edges.bottom, edges.right) >= 0 else {
            throw NetworkError(
                node, found: "has a kernel of \(kernelHeight)x\(kernelWidth) for an input of shape \(input)",
                expected: "an input at least as large", remedy: "Use a larger input size")
        }
        return [height / stride + 1, width / stride + 1, filters]
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] {
        let kernel: Shape = [filters, inputs[0][2] / groups, kernelHeight, kernelWidth]
        return [(.kernel, kernel)] + (hasBias ? [(.bias, [filters])] : [])
    }

    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int {
        // Each output element of a filter needs every weight of that filter once.
        output.elementCount * (inputs[0][2] / groups) * kernelHeight * kernelWidth
    }

    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .fast, to: .fast) }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.own, isWatched: true, canBeNegative: true)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("filters", filters, 1...SizeCheck.greatestExtent)
        try check("groups", groups, 1...SizeCheck.greatestExtent)
        try check("kernelHeight", kernelHeight, 1...SizeCheck.greatestKernel)
        try check("kernelWidth", kernelWidth, 1...SizeCheck.greatestKernel)
        try check("stride", stride, 1...SizeCheck.greatestKernel)
        try check(padding)
    }
}

extension Convolution {
    /// The rows and columns that are added around an input of this shape.
    package func edges(input: Shape) -> Padding.Edges {
        padding.edges(
            height: input[0], width: input[1], kernelHeight: kernelHeight, kernelWidth: kernelWidth,
            stride: stride)
    }
}
