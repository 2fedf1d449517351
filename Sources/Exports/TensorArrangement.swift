package import GraftTensors

/// How the elements of a parameter are put in the order that another program has.
package enum TensorArrangement: Sendable, Hashable {
    /// They stay in order.
    case same
    /// [outputs, inputs, places] becomes [places, inputs, outputs]: a kernel as TensorFlow has it. The places
    /// of a dense layer are one.
    case outputsLast(places: Int, inputs: Int, outputs: Int)
    /// In each of so many rows, [places, channels] becomes [channels, places]: the kernel of a dense layer
    /// that takes a feature map as PyTorch flattens it.
    case channelsFirst(rows: Int, channels: Int, places: Int)

    /// About how many elements are put in order at a time.
    private static let pieceCount = 1 << 16

    /// The extents of the result and, for each of its axes, the step between neighbours in the source.
    private var axes: (extents: [Int], steps: [Int])? {
        switch self {
        case .same: nil
        case .outputsLast(let places, let inputs, let outputs):
            ([places, inputs, outputs], [1, places, inputs * places])
        case .channelsFirst(let rows, let channels, let places):
            ([rows, channels, places], [places * channels, 1, channels])
        }
    }

    /// Hands the bytes of the result to `write`, piece by piece.
    ///
    /// - Precondition: the tensor is `float32`, and has as many elements as the extents say.
    func give(_ tensor: Tensor, to write: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let (extents, steps) = axes else {
            try unsafe tensor.withUnsafeBytes { bytes in try unsafe write(bytes) }
            return
        }
        precondition(extents.reduce(1, *) == tensor.elementCount && tensor.elementType == .float32)
        guard tensor.elementCount > 0 else { return }
        let (rowCount, length) = (extents[0] * extents[1], extents[2])
        let rowsAtOnce = max(1, TensorArrangement.pieceCount / length)
        try unsafe tensor.withUnsafeBytes { bytes in
            for first in stride(from: 0, to: rowCount, by: rowsAtOnce) {
                let rows = first..<min(first + rowsAtOnce, rowCount)
                let starts = rows.map { $0 / extents[1] * steps[0] + $0 % extents[1] * steps[1] }
                let piece = unsafe [Float](unsafeUninitializedCapacity: rows.count * length) {
                    target, count in
                    // Rows inside: neighbours in the source are often those of neighbouring rows.
                    for column in 0..<length {
                        for (row, start) in starts.enumerated() {
                            unsafe target[row * length + column] = bytes.loadUnaligned(
                                fromByteOffset: 4 * (start + column * steps[2]), as: Float.self)
                        }
                    }
                    count = rows.count * length
                }
                try unsafe piece.withUnsafeBytes { try unsafe write($0) }
            }
        }
    }

    /// The result as a tensor of this shape.
    ///
    /// - Precondition: the tensor is `float32`, and has as many elements as the extents and the shape say.
    package func applied(to tensor: Tensor, shape: Shape) throws -> Tensor {
        guard self != .same else { return tensor.reshaped(to: shape) }
        var values: [Float] = []
        values.reserveCapacity(tensor.elementCount)
        try unsafe give(tensor) { piece in
            unsafe values.append(contentsOf: piece.bindMemory(to: Float.self))
        }
        return Tensor(values, shape: shape)
    }
}
