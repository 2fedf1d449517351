package import GraftTensors

/// Random zeros while training.
package struct Dropout: Sendable, Hashable, Codable {
    /// The probability that an element becomes zero, 0 ..< 1.
    package var rate: Float

    /// A dropout with this rate.
    package init(rate: Float) { self.rate = rate }
}

extension Dropout: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .dropout }
    package var operation: NetworkOperation { .dropout(self) }
    package var summary: String { "dropout \(rate)" }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) -> Shape { inputs[0] }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { true }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .view }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.sharesGrid, isWatched: false, canBeNegative: false)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("rate", (0..<1).contains(rate))
    }
}
