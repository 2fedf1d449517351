internal import GraftTensors

/// The descriptor of exp(x) / Σ exp(x).
struct Softmax: Sendable, Hashable, Codable {}

extension Softmax: OperationDescriptor {
    static var kind: NetworkOperation.Kind { .softmax }
    var operation: NetworkOperation { .softmax }
    var summary: String { "softmax" }
    var inputCounts: ClosedRange<Int> { 1...1 }

    func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard inputs[0].rank <= 2 else { throw refusal(node, inputs, expected: "a vector") }
        return inputs[0]
    }

    func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    var isRandom: Bool { false }
    func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .exact, to: .exact) }
    var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: false, canBeNegative: false)
    }
    func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {}
}
