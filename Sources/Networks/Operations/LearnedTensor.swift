package import GraftTensors

/// Numbers that are learned and enter the network as those of an input do, the same for every picture: class
/// tokens and position embeddings of transformers. The only parameter, `value`, has this shape.
package struct LearnedTensor: Sendable, Hashable, Codable {
    /// The shape, without the batch.
    package var shape: Shape

    /// Numbers of this shape.
    package init(shape: Shape) { self.shape = shape }
}

extension LearnedTensor: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .parameter }
    package var operation: NetworkOperation { .parameter(self) }
    package var summary: String { "parameter" }
    package var inputCounts: ClosedRange<Int> { 0...0 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard (1...4).contains(shape.rank), shape.elementCount > 0 else {
            throw NetworkError(
                node, found: "has the shape \(shape)", expected: "one to four axes with extents")
        }
        return shape
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] {
        [(.value, shape)]
    }

    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .exact, to: .exact) }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: true, canBeNegative: true)
    }

    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("parameter of shape \(shape)", shape.isPossibleOutput)
    }
}
