package import GraftTensors

/// All that networks know of one operation. Nothing has an answer by default: what a new operation does not
/// say does not compile.
///
/// Shapes are those of one image, without the batch. Except in ``outputShape(of:inputs:)`` they are known to
/// fit.
package protocol OperationDescriptor: Codable, Sendable {
    /// The word that saved models have for it; ``Codable`` writes the settings beside that.
    static var kind: NetworkOperation.Kind { get }
    /// The operation itself.
    var operation: NetworkOperation { get }
    /// What it computes, in at most four words.
    var summary: String { get }
    /// How many inputs it takes.
    var inputCounts: ClosedRange<Int> { get }
    /// The shape of the output for so many input shapes.
    ///
    /// - Throws: ``NetworkError`` where it cannot take such inputs.
    func outputShape(of node: String, inputs: [Shape]) throws(NetworkError) -> Shape
    /// Its parameters, in their canonical order.
    func parameters(inputs: [Shape]) -> [(role: ParameterSpecification.Role, shape: Shape)]
    /// Multiplications with addition for one image.
    func multiplyAccumulates(inputs: [Shape], output: Shape) -> Int
    /// Whether the output is random while training.
    var isRandom: Bool { get }
    /// How its numbers lie in memory when it is computed for inference.
    func memory(inputs: [Shape]) -> MemoryBehaviour
    /// What becomes of it where its network is computed in eight bits.
    var eightBits: EightBitBehaviour { get }
    /// Refuses sizes that no picture and no memory could have, before any arithmetic is done with them.
    func checkSizes(_ check: SizeCheck) throws(ImpossibleSize)
}

extension OperationDescriptor {
    /// Says what inputs are and should be.
    func refusal(_ node: String, _ inputs: [Shape], expected: String) -> NetworkError {
        let shapes = inputs.map(\.description).joined(separator: " and ")
        return NetworkError(node, found: "gets an input of shape \(shapes)", expected: expected)
    }

    /// Refuses what is no feature map.
    func requireMap(_ node: String, _ inputs: [Shape]) throws(NetworkError) {
        guard inputs[0].rank == 3 else {
            throw refusal(node, inputs, expected: "[height, width, channels]")
        }
    }
}

/// How the numbers of an operation lie in memory when it is computed for inference in floating point.
package enum MemoryBehaviour: Sendable, Hashable {
    /// What its numbers are: as many bytes each as they need.
    package enum Form: Sendable, Hashable {
        /// In 32 bits.
        case exact
        /// In the type of the plan.
        case fast
        /// As its input has them; of several inputs, the first one of the result's shape.
        case same
    }

    /// It reads and writes numbers of these forms.
    case computed(from: Form, to: Form)
    /// The output is another view of the input's memory.
    case view
}

/// What becomes of an operation where its network is computed in eight bits.
package struct EightBitBehaviour: Sendable, Hashable {
    /// How it is computed.
    package enum Form: Sendable, Hashable {
        /// It has a form of its own.
        case own
        /// It only picks and joins numbers: what goes in and what comes out are whole numbers on one grid.
        case sharesGrid
        /// It has none: it is computed in floating point.
        case none
    }

    /// How it is computed.
    package var form: Form
    /// Whether a grid depends on what its values look like: not where they are those of its inputs, or where
    /// nothing in eight bits reads them.
    package var isWatched: Bool
    /// Whether its values can be negative where those that it reads are not.
    package var canBeNegative: Bool

    /// A behaviour.
    package init(_ form: Form, isWatched: Bool, canBeNegative: Bool) {
        self.form = form
        self.isWatched = isWatched
        self.canBeNegative = canBeNegative
    }
}
