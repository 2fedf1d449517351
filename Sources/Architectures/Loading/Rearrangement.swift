internal import Dispatch
package import GraftTensors

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
    /// A mapped file's pages are let go once they have been read, so that a file never stands in memory
    /// beside its copy.
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
    /// How many elements one core reads before their pages are let go: 8 MiB.
    private static let stretch = 2 << 20

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
            nonisolated(unsafe) let target = unsafe target
            // Bands of rows, all matrices counted as one tall one, that the cores take one after the other.
            let bandsEach = max(1, rows * columns / stretch)
            let bandRows = (rows + bandsEach - 1) / bandsEach
            DispatchQueue.concurrentPerform(iterations: matrices * bandsEach) { band in
                let start = band / bandsEach * rows * columns
                let first = min(band % bandsEach * bandRows, rows)
                let last = min(first + bandRows, rows)
                unsafe transpose(source, start, first..<last, of: rows, columns, into: target)
                source.releasePages(elements: start + first * columns..<start + last * columns)
            }
        }
    }

    private static func transpose(
        _ source: Tensor, _ start: Int, _ band: Range<Int>, of rows: Int, _ columns: Int,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        unsafe source.withUnsafeBytes { bytes in
            for firstRow in stride(from: band.lowerBound, to: band.upperBound, by: tile) {
                let lastRow = min(firstRow + tile, band.upperBound)
                for firstColumn in stride(from: 0, to: columns, by: tile) {
                    for column in firstColumn..<min(firstColumn + tile, columns) {
                        for row in firstRow..<lastRow {
                            unsafe target[start + column * rows + row] = bytes.loadUnaligned(
                                fromByteOffset: 4 * (start + row * columns + column), as: Float.self)
                        }
                    }
                }
            }
        }
    }
}
