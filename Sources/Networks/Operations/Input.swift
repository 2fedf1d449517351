package import GraftTensors

/// Where data enters a network.
package struct Input: Sendable, Hashable, Codable {
    /// The shape of one image or feature map, without the batch.
    package var shape: Shape

    /// An input of this shape.
    package init(shape: Shape) { self.shape = shape }
}

extension Input: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .input }
    package var operation: NetworkOperation { .input(self) }
    package var summary: String { "input" }
    package var inputCounts: ClosedRange<Int> { 0...0 }
    package func outputShape(of node: String, inputs: [Shape]) -> Shape { shape }
    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .exact, to: .exact) }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: true, canBeNegative: true)
    }

    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        // A saved model takes pictures, or vectors.
        let isTaken = shape.rank == 1 || shape.rank == 3
        try check("input of shape \(shape)", isTaken && shape.isPossibleOutput)
    }
}
