package import GraftTensors

/// A dataset to be written: what it is like, and a closure that gives its bytes.
@safe package struct HDF5Elements: Sendable {
    /// Takes one piece after another of a dataset's bytes.
    package typealias Write = (UnsafeRawBufferPointer) throws -> Void

    /// The extents; a scalar has none.
    package let shape: Shape
    /// The type of the elements: a number, but not `bfloat16`, which HDF5 does not know.
    package let elementType: ElementType
    /// Named values.
    package var attributes: [(name: String, value: HDF5Value)] = []
    /// Gives the bytes when the file is written.
    let give: @Sendable (_ write: Write) throws -> Void

    /// A dataset whose bytes `give` hands to `write`: in row-major order, in pieces of any size, the lowest
    /// byte of each element first.
    package init(
        shape: Shape, elementType: ElementType, give: @escaping @Sendable (_ write: Write) throws -> Void
    ) {
        self.shape = shape
        self.elementType = elementType
        unsafe self.give = give
    }

    /// A dataset with the elements of a tensor.
    package init(_ tensor: Tensor) {
        unsafe self.init(shape: tensor.shape, elementType: tensor.elementType) { write in
            try unsafe tensor.withUnsafeBytes { bytes in try unsafe write(bytes) }
        }
    }
}
