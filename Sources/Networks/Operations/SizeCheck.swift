package import GraftTensors

/// A size that no network could have, worded to follow the name of what has it.
package struct ImpossibleSize: Error, Hashable {
    /// "has 0 as stride of network node stem".
    package var found: String
    /// What is possible, where that is a range.
    package var expected: String?
}

/// Refuses sizes of one node that no picture and no memory could have: those of a file are not trusted.
package struct SizeCheck: Sendable {
    /// The name of the node.
    let node: String

    /// The greatest height, width or number of channels of a feature map.
    static let greatestExtent = 1 << 16
    /// The greatest number of units of a vector.
    static let greatestVector = 1 << 24
    /// The greatest number of elements of one output, for one picture: 4 GiB.
    static let greatestOutput = 1 << 30
    /// The greatest kernel, stride and padding.
    static let greatestKernel = 1 << 10

    /// Refuses a number that is not in a range.
    func callAsFunction(
        _ what: String, _ value: Int, _ range: ClosedRange<Int>
    ) throws(ImpossibleSize) {
        guard !range.contains(value) else { return }
        throw ImpossibleSize(
            found: "has \(value) as \(what) of network node \(node)",
            expected: "\(range.lowerBound) to \(range.upperBound)")
    }

    /// Refuses what is not good.
    func callAsFunction(_ what: String, _ isGood: Bool) throws(ImpossibleSize) {
        if !isGood {
            throw ImpossibleSize(found: "has an impossible \(what) at network node \(node)", expected: nil)
        }
    }

    /// Refuses a padding of impossible edges.
    func callAsFunction(_ padding: Padding) throws(ImpossibleSize) {
        guard case .edges(let edges) = padding else { return }
        for edge in [edges.top, edges.left, edges.bottom, edges.right] {
            try self("padding", edge, 0...Self.greatestKernel)
        }
    }
}

extension Shape {
    /// Whether the output of a node can have this shape, without the batch.
    package var isPossibleOutput: Bool {
        switch rank {
        case 1: (1...SizeCheck.greatestVector).contains(self[0])
        case 2...4:
            dimensions.allSatisfy { (1...SizeCheck.greatestExtent).contains($0) }
                && elementCount <= SizeCheck.greatestOutput
        default: false
        }
    }
}
