internal import GraftFiles
internal import GraftTensors

extension Shape {
    /// A shape whose extents come from a file; `nil` where its bytes cannot be counted.
    ///
    /// Extents of zero do not hide the others: [0, 2⁶², 2⁶²] is refused in any order.
    init?(ofFile dimensions: [Int], _ elementType: ElementType) {
        guard let shape = Shape(checking: dimensions),
            let full = Shape(checking: dimensions.map { max($0, 1) }),
            full.elementCount.multiplied(checked: elementType.byteCount) != nil
        else { return nil }
        self = shape
    }
}
