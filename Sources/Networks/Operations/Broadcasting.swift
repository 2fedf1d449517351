internal import GraftTensors

/// What operations on two inputs share that fit element by element, the smaller one repeated where it is
/// needed.
///
/// Axes are aligned from the last one on, as in NumPy: `[channels]` fits `[height, width, channels]`, and so
/// does `[height, width, 1]`.
enum Broadcasting {
    /// The shape of the result: that of one of the two; `nil` where neither can be repeated to the other.
    static func shape(_ first: Shape, _ second: Shape) -> Shape? {
        if isRepeatable(second, to: first) { return first }
        return isRepeatable(first, to: second) ? second : nil
    }

    private static func isRepeatable(_ small: Shape, to large: Shape) -> Bool {
        small.rank <= large.rank
            && zip(small.dimensions.reversed(), large.dimensions.reversed()).allSatisfy {
                $0 == $1 || $0 == 1
            }
    }

    /// Says what does not fit.
    static let expectation = "two of the same shape, or one that can be repeated along the axes of the other"
}

/// The descriptor of an operation that combines two inputs element by element.
protocol BroadcastDescriptor: OperationDescriptor {}

extension BroadcastDescriptor {
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
