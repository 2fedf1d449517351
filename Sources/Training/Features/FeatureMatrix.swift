package import Tensors

/// The features of many pictures, one row a picture. A row may be part of a mapped file: it takes no memory that the system could not have back.
package struct FeatureMatrix: Sendable {
    /// The number of features of one picture.
    package let width: Int
    /// `nil` for a row of zeros.
    private var values: [Tensor?]

    /// Rows of zeros.
    package init(rows: Int, width: Int) {
        self.width = width
        values = [Tensor?](repeating: nil, count: rows)
    }

    /// The number of pictures.
    package var rows: Int { values.count }

    /// Sets one row.
    ///
    /// - Precondition: there are as many numbers as the matrix is wide, in `float32`.
    package mutating func set(_ row: Int, _ features: Tensor) {
        precondition(
            features.elementCount == width && features.elementType == .float32, "a row has \(width) numbers")
        values[row] = features
        // Its checksum was computed before.
        release(features)
    }

    /// Lets a mapped row leave the process's memory until it is read again, where that is worth the trouble.
    private func release(_ row: Tensor) {
        guard width * MemoryLayout<Float>.size >= 32 << 10 else { return }
        row.releasePages(elements: 0..<width, withNeighbours: true)
    }

    /// Every row.
    package var allRows: [[Float]] {
        values.map { $0?.floats ?? [Float](repeating: 0, count: width) }
    }

    /// Copies `count` numbers of a row, those from `start` on, into `target` from `offset` on. Once the last ones were copied, a wide mapped row
    /// leaves memory: an epoch reads each row once.
    package func copy(
        _ row: Int, from start: Int = 0, count: Int, into target: inout MutableSpan<Float>, at offset: Int
    ) {
        precondition(start + count <= width && offset + count <= target.count, "the row does not fit")
        unsafe target.withUnsafeMutableBufferPointer { target in
            let place = unsafe UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(rebasing: target[offset..<offset + count]))
            guard let features = values[row] else {
                for index in place.indices { unsafe place[index] = 0 }
                return
            }
            let size = MemoryLayout<Float>.size
            unsafe features.withUnsafeBytes { bytes in
                unsafe place.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[start * size..<(start + count) * size]))
            }
            if start + count == width { release(features) }
        }
    }
}
