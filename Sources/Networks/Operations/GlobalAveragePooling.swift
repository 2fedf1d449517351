internal import GraftTensors

/// The descriptor of the mean over height and width.
struct GlobalAveragePooling: Sendable, Hashable, Codable {}

extension GlobalAveragePooling: OperationDescriptor {
    static var kind: NetworkOperation.Kind { .globalAveragePooling }
    var operation: NetworkOperation { .globalAveragePooling }
    var summary: String { "global mean pooling" }
    var inputCounts: ClosedRange<Int> { 1...1 }

    func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        try requireMap(node, inputs)
        return [inputs[0][2]]
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
