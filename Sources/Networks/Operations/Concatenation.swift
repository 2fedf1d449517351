internal import GraftTensors

/// The descriptor of inputs one after the other along the channels.
struct Concatenation: Sendable, Hashable, Codable {}

extension Concatenation: OperationDescriptor {
    static var kind: NetworkOperation.Kind { .concatenate }
    var operation: NetworkOperation { .concatenate }
    var summary: String { "concatenate" }
    var inputCounts: ClosedRange<Int> { 1...64 }

    func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape {
        guard inputs.allSatisfy({ $0.rank == 3 && $0[0] == inputs[0][0] && $0[1] == inputs[0][1] })
        else { throw refusal(node, inputs, expected: "[height, width, channels], the same height and width") }
        return [inputs[0][0], inputs[0][1], inputs.reduce(0) { $0 + $1[2] }]
    }

    func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)] { [] }
    func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int { 0 }
    var isRandom: Bool { false }
    func memory(inputs: [Shape]) -> MemoryBehaviour { .computed(from: .fast, to: .fast) }
    var eightBits: EightBitBehaviour {
        EightBitBehaviour(.sharesGrid, isWatched: false, canBeNegative: false)
    }
    func checkSizes(_ check: SizeCheck) throws(ImpossibleSize) {}
}
