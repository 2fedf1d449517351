package import Tensors

/// How the elements of a kernel in a file become those of the network's parameter.
package enum Rearrangement: Sendable, Hashable {
    /// They are in order.
    case none
    /// [places, inputs, outputs], as TensorFlow lays kernels out, to [outputs, inputs, places].
    case reversingAxes(places: Int, inputs: Int, outputs: Int)
    /// In each of so many rows [channels, places], as PyTorch flattens feature maps, to [places, channels].
    case channelsLast(rows: Int, channels: Int, places: Int)

    /// The rearranged tensor, as `float32`.
    ///
    /// A mapped file's pages are let go once they have been read, so that a file never stands in memory beside its copy.
    ///
    /// - Precondition: the tensor and `shape` have as many elements as the extents say.
    package func apply(to tensor: Tensor, shape: Shape) -> Tensor {
        let source = tensor.convertedToFloat32()
        switch self {
        case .none:
            return source.reshaped(to: shape)
        case .reversingAxes(let places, let inputs, let outputs):
            return Rearrangement.reversed(source, places, inputs, outputs, shape: shape)
        case .channelsLast(let rows, let channels, let places):
            return Rearrangement.transposed(source, rows, channels, places, shape: shape)
        }
    }

    /// The side of a tile: 16 numbers fill a cache line.
    private static let tile = 16
    /// How many elements are read before their pages are let go: 16 MiB.
    private static let stretch = 4 << 20

    private static func reversed(
        _ source: Tensor, _ places: Int, _ inputs: Int, _ outputs: Int, shape: Shape
    ) -> Tensor {
        guard places > 1 || inputs * outputs < stretch else {
            return transposed(source, 1, inputs, outputs, shape: shape)
        }
        return unsafe Tensor(shape: shape) { target in
            unsafe source.withUnsafeBytes { bytes in
                for firstInput in stride(from: 0, to: inputs, by: tile) {
                    for firstOutput in stride(from: 0, to: outputs, by: tile) {
                        for output in firstOutput..<min(firstOutput + tile, outputs) {
                            for input in firstInput..<min(firstInput + tile, inputs) {
                                let row = (output * inputs + input) * places
                                for place in 0..<places {
                                    unsafe target[row + place] = bytes.loadUnaligned(
                                        fromByteOffset: 4 * ((place * inputs + input) * outputs + output),
                                        as: Float.self)
                                }
                            }
                        }
                    }
                }
            }
            source.releasePages(elements: 0..<source.elementCount)
        }
    }

    /// Each of `matrices` matrices [rows, columns] to [columns, rows].
    private static func transposed(
        _ source: Tensor, _ matrices: Int, _ rows: Int, _ columns: Int, shape: Shape
    ) -> Tensor {
        unsafe Tensor(shape: shape) { target in
            var released = 0
            for matrix in 0..<matrices {
                let start = matrix * rows * columns
                for firstRow in stride(from: 0, to: rows, by: tile) {
                    let lastRow = min(firstRow + tile, rows)
                    unsafe source.withUnsafeBytes { bytes in
                        for firstColumn in stride(from: 0, to: columns, by: tile) {
                            for column in firstColumn..<min(firstColumn + tile, columns) {
                                for row in firstRow..<lastRow {
                                    unsafe target[start + column * rows + row] = bytes.loadUnaligned(
                                        fromByteOffset: 4 * (start + row * columns + column),
                                        as: Float.self)
                                }
                            }
                        }
                    }
                    let read = start + lastRow * columns
                    if read - released >= stretch || read == source.elementCount {
                        source.releasePages(elements: released..<read)
                        released = read
                    }
                }
            }
        }
    }
}
