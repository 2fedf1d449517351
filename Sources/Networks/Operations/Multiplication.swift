internal import GraftTensors

/// The descriptor of a product of two inputs, element by element.
struct Multiplication: Sendable, Hashable, Codable {}

extension Multiplication: OperationDescriptor {
    static var kind: NetworkOperation.Kind { .multiply }
    var operation: NetworkOperation { .multiply }
    var summary: String { "multiply" }
    var inputCounts: ClosedRange<Int> { 2...2 }

    func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard let shape = Broadcasting.shape(inputs[0], inputs[1]) else {
            throw refusal(node, inputs, expected: Broadcasting.expectation)
        }
        return shape
    }

    func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    var isRandom: Bool { false }
    func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .same, to: .same) }
    var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: true, canBeNegative: true)
    }
    func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {}
}
