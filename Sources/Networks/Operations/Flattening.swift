internal import GraftTensors

/// The descriptor of a feature map as a vector.
struct Flattening: Sendable, Hashable, Codable {}

extension Flattening: OperationDescriptor {
    static var kind: NetworkOperation.Kind { .flatten }
    var operation: NetworkOperation { .flatten }
    var summary: String { "flatten" }
    var inputCounts: ClosedRange<Int> { 1...1 }

    func outputShape(of node: String, inputs: [Shape]) -> Shape { [inputs[0].elementCount] }

    func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    var isRandom: Bool { false }
    func memory(inputs: [Shape]) -> MemoryBehaviour { .view }
    var eightBits: EightBitBehaviour {
        EightBitBehaviour(.none, isWatched: false, canBeNegative: false)
    }
    func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {}
}
