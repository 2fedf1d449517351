internal import Tensors

/// The features of many pictures, one row a picture.
package struct FeatureMatrix: Sendable {
    /// The number of features of one picture.
    package let width: Int
    private var values: [Float]

    /// Rows of zeros.
    package init(rows: Int, width: Int) {
        self.width = width
        values = [Float](repeating: 0, count: rows * width)
    }

    /// The number of pictures.
    package var rows: Int { width == 0 ? 0 : values.count / width }

    /// Sets one row.
    ///
    /// - Precondition: there are as many numbers as the matrix is wide.
    package mutating func set(_ row: Int, _ features: some Collection<Float>) {
        precondition(features.count == width, "a row has \(width) numbers")
        values.replaceSubrange(row * width..<(row + 1) * width, with: features)
    }

    /// Every row.
    package var allRows: [[Float]] { (0..<rows).map { Array(values[$0 * width..<($0 + 1) * width]) } }

    /// Copies `count` numbers of a row, those from `start` on, into `target` from `offset` on.
    package func copy(
        _ row: Int, from start: Int = 0, count: Int, into target: inout MutableSpan<Float>, at offset: Int
    ) {
        precondition(start + count <= width && offset + count <= target.count, "the row does not fit")
        unsafe values.withUnsafeBufferPointer { values in
            unsafe target.withUnsafeMutableBufferPointer { target in
                guard let source = values.baseAddress, let place = target.baseAddress else { return }
                unsafe (place + offset).update(from: source + row * width + start, count: count)
            }
        }
    }
}
