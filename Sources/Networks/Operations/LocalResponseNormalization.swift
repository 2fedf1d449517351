package import GraftTensors

/// Local response normalisation among channels: y = x / (k + alpha / size · Σ x²)^beta, the sum over the
/// `size` channels around.
package struct LocalResponseNormalization: Sendable, Hashable, Codable {
    /// The number of neighbouring channels, the channel itself included; odd.
    package var size: Int
    /// The weight of the mean square. AlexNet's paper leaves out the division by `size`: multiply its alpha
    /// by `size`.
    package var alpha: Float
    /// The exponent.
    package var beta: Float
    /// What is added to the mean square.
    package var k: Float

    /// A normalisation.
    package init(size: Int, alpha: Float, beta: Float, k: Float) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
    }
}

extension LocalResponseNormalization: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .localResponseNormalization }
    package var operation: NetworkOperation { .localResponseNormalization(self) }
    package var summary: String { "local response norm" }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        try requireMap(node, inputs)
        guard size > 0, size % 2 == 1 else {
            throw NetworkError(node, found: "looks at \(size) channels", expected: "an odd number")
        }
        return inputs[0]
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .same, to: .same) }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: true, canBeNegative: false)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("size", size, 1...SizeCheck.greatestExtent)
        try check("normalisation", [alpha, beta, k].allSatisfy { $0.isFinite && $0 >= 0 })
    }
}
