package import GraftTensors

/// Normalisation of each channel. Its parameters gamma, beta, movingMean and movingVariance have the shape
/// [channels].
package struct BatchNormalization: Sendable, Hashable, Codable {
    /// What is added to the variance; it differs by source.
    package var epsilon: Float
    /// Whether there is a gamma; without one it is 1.
    package var hasScale: Bool

    /// A normalisation with this epsilon.
    package init(epsilon: Float, hasScale: Bool = true) {
        self.epsilon = epsilon
        self.hasScale = hasScale
    }

    private enum CodingKeys: String, CodingKey { case epsilon, hasScale }

    /// Reads the value; models saved before `hasScale` was there do not say whether there is a gamma, for
    /// there always was.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epsilon = try container.decode(Float.self, forKey: .epsilon)
        hasScale = try container.decodeIfPresent(Bool.self, forKey: .hasScale) ?? true
    }
}

extension BatchNormalization: OperationDescriptor {
    package static var kind: NetworkOperation.Kind { .batchNormalization }
    package var operation: NetworkOperation { .batchNormalization(self) }
    package var summary: String { "BatchNorm" }
    package var inputCounts: ClosedRange<Int> { 1...1 }

    package func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard inputs[0].rank <= 3 else {
            throw refusal(node, inputs, expected: "one to three axes, the last one that of the channels")
        }
        return inputs[0]
    }

    package func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] {
        let channels: Shape = [inputs[0][inputs[0].rank - 1]]
        let roles: [ParameterSpecification.Role] = [.beta, .movingMean, .movingVariance]
        return ((hasScale ? [.gamma] : []) + roles).map { ($0, channels) }
    }

    package func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    package var isRandom: Bool { false }
    package func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .same, to: .same) }
    package var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: true, canBeNegative: true)
    }
    package func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {
        try check("epsilon", epsilon.isFinite && epsilon >= 0)
    }
}
