package import GraftTensors

/// The means over windows of a feature map that give this height and width, whatever those of the input.
///
/// Row i of the output is the mean of the rows ⌊i · input / output⌋ ..< ⌈(i + 1) · input / output⌉, as in
/// PyTorch.
package struct AdaptiveAveragePooling: Sendable, Hashable, Codable {
    /// The height of the output.
    package var height: Int
    /// The width of the output.
    package var width: Int

    /// A pooling to this height and width.
    package init(height: Int, width: Int) {
        self.height = height
        self.width = width
    }

    /// The rows, or columns, of an input of extent `input` that make element `index` of `output`.
    package static func window(_ index: Int, of output: Int, input: Int) -> Range<Int> {
        index * input / output..<((index + 1) * input + output - 1) / output
    }
}

extension AdaptiveAveragePooling: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .adaptiveAveragePooling }
    package var operation: NetworkOperation { .adaptiveAveragePooling(self) }
    package var summary: String { "mean pooling to \(height)x\(width)" }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        try requireMap(node, inputs)
        guard height > 0, width > 0 else {
            throw NetworkError(node, found: "has an output of \(height)x\(width)")
        }
        return [height, width, inputs[0][2]]
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour {
        // Where each window is one element, nothing is to be done.
        inputs[0][0] == height && inputs[0][1] == width ? .view : .computed(from: .exact, to: .exact)
    }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: true, canBeNegative: false)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("height", height, 1...SizeCheck.greatestKernel)
        try check("width", width, 1...SizeCheck.greatestKernel)
    }
}
