internal import GraftFiles
package import GraftTensors

/// A pooling over windows of a feature map.
package struct Pooling: Sendable, Hashable, Codable {
    /// What becomes of a window.
    package enum Reduction: String, Sendable, Hashable, Codable {
        /// Its greatest element; padding is never it.
        case maximum
        /// The mean of its elements; padding does not count.
        case average
        /// The mean of its elements; padding counts as zeros.
        case averageWithPadding
    }

    /// What becomes of a window.
    package var reduction: Reduction
    /// The height and width of a window.
    package var size: Int
    /// The step, the same down and across.
    package var stride: Int
    /// How the input is extended.
    package var padding: Padding
    /// Whether a last window that is only partly filled counts: Caffe's rule, and PyTorch's `ceil_mode`.
    package var roundsUp: Bool

    /// A pooling over square windows.
    package init(
        _ reduction: Reduction, size: Int, stride: Int, padding: Padding = .valid, roundsUp: Bool = false
    ) {
        self.reduction = reduction
        self.size = size
        self.stride = stride
        self.padding = padding
        self.roundsUp = roundsUp
    }
}

extension Pooling: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .pooling }
    package var operation: NetworkOperation { .pooling(self) }
    package var summary: String {
        let word = reduction == .maximum ? "max" : "mean"
        return "\(word) pooling \(size)x\(size)\(stride > 1 ? " /\(stride)" : "")"
    }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        try requireMap(node, inputs)
        let input = inputs[0]
        guard size > 0, stride > 0 else {
            throw NetworkError(
                node, found: "has a size that is not positive", expected: "a window and stride of 1 or more")
        }
        let edges = edges(input: input)
        let height = input[0] + edges.top + edges.bottom - size
        let width = input[1] + edges.left + edges.right - size
        guard min(edges.top, edges.left, edges.bottom, edges.right) >= 0, max(edges.top, edges.left) < size
        else {
            throw NetworkError(
                node, found: "has a padding that does not fit its window of \(size)x\(size)",
                expected: "less than the window on each side")
        }
        guard height >= 0, width >= 0 else {
            throw NetworkError(
                node, found: "has a window of \(size)x\(size) for an input of shape \(input)",
                expected: "an input at least as large", remedy: "Use a larger input size")
        }
        return [height / stride + 1, width / stride + 1, input[2]]
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .same, to: .same) }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.sharesGrid, isWatched: false, canBeNegative: false)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("size", size, 1...SizeCheck.greatestKernel)
        try check("stride", stride, 1...SizeCheck.greatestKernel)
        try check(padding)
    }
}

extension Pooling {
    /// The rows and columns that are added around an input of this shape; at the bottom and right with those
    /// that a last, partly filled window needs.
    package func edges(input: Shape) -> Padding.Edges {
        var edges = padding.edges(
            height: input[0], width: input[1], kernelHeight: size, kernelWidth: size, stride: stride)
        guard roundsUp else { return edges }
        func missing(_ extent: Int, _ before: Int, _ after: Int) -> Int {
            let excess = extent + before + after - size
            guard excess >= 0, excess % stride != 0 else { return 0 }
            // The last window must start before the padding behind the input does.
            let start = (excess / stride + 1) * stride
            return start < extent + before ? start - excess : 0
        }
        edges.bottom += missing(input[0], edges.top, edges.bottom)
        edges.right += missing(input[1], edges.left, edges.right)
        return edges
    }
}
