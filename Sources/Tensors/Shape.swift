internal import GraftFiles

/// The extents of a tensor, outermost first. A scalar has none.
package struct Shape: Hashable, Sendable, Codable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The extent of each axis.
    package let dimensions: [Int]

    /// A shape with these extents.
    ///
    /// - Precondition: no extent is negative, and the element count fits in an `Int`.
    ///   For extents that come from a file use ``init(checking:)``.
    package init(_ dimensions: [Int]) {
        precondition(Shape.elementCount(dimensions) != nil, "impossible shape \(dimensions)")
        self.dimensions = dimensions
    }

    /// A shape of these dimensions.
    package init(arrayLiteral elements: Int...) { self.init(elements) }

    /// A shape with these extents; `nil` where one is negative or their product overflows.
    package init?(checking dimensions: [Int]) {
        guard Shape.elementCount(dimensions) != nil else { return nil }
        self.dimensions = dimensions
    }

    /// Reads the value that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([Int].self)
        guard let shape = Shape(checking: values) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(values) is not a possible shape")
        }
        self = shape
    }

    /// Writes the value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(dimensions)
    }

    /// The number of axes.
    package var rank: Int { dimensions.count }

    /// The number of elements: the product of the extents, 1 for a scalar.
    package var elementCount: Int { dimensions.reduce(1, *) }

    /// The extent of one axis.
    package subscript(axis: Int) -> Int { dimensions[axis] }

    /// "[224, 224, 3]"
    package var description: String { "[\(dimensions.map(String.init).joined(separator: ", "))]" }

    /// The product of the extents, `nil` where one is negative or the others together overflow, even beside a
    /// 0.
    private static func elementCount(_ dimensions: [Int]) -> Int? {
        guard dimensions.allSatisfy({ $0 >= 0 }), let product = dimensions.filter({ $0 != 0 }).checkedProduct
        else { return nil }
        return dimensions.contains(0) ? 0 : product
    }
}
