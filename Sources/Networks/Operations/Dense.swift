package import GraftTensors

/// A fully connected layer, of a vector or of each row of `[rows, inputs]`. Its kernel has the shape [units,
/// inputs], its bias [units].
package struct Dense: Sendable, Hashable, Codable {
    /// The number of outputs.
    package var units: Int
    /// Whether a bias is added.
    package var hasBias: Bool

    /// A fully connected layer.
    package init(units: Int, hasBias: Bool = true) {
        self.units = units
        self.hasBias = hasBias
    }
}

extension Dense: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .dense }
    package var operation: NetworkOperation { .dense(self) }
    package var summary: String { "dense" }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard inputs[0].rank <= 2 else { throw refusal(node, inputs, expected: "a vector") }
        guard units > 0 else { throw NetworkError(node, found: "has \(units) units") }
        return Shape(inputs[0].dimensions.dropLast() + [units])
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] {
        [(.kernel, [units, inputs[0][inputs[0].rank - 1]])] + (hasBias ? [(.bias, [units])] : [])
    }

    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int {
        output.elementCount * inputs[0][inputs[0].rank - 1]
    }

    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour {
        .computed(from: isLarge(inputs: inputs[0][inputs[0].rank - 1]) ? .fast : .exact, to: .exact)
    }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: false, canBeNegative: true)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("units", units, 1...SizeCheck.greatestVector)
    }
}

extension Dense {
    /// Whether a layer of so many inputs counts as large, from 4 million weights on: then reading its kernel
    /// is all its work, and inference keeps that in the type of the plan.
    package func isLarge(inputs: Int) -> Bool { units * inputs >= 1 << 22 }
}
