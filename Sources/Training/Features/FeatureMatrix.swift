internal import Files
internal import Synchronization
package import Tensors

/// The features of many pictures, one row a picture. A row may be part of a mapped file: such rows take little memory, however many they are.
package struct FeatureMatrix: Sendable {
    /// The number of features of one picture.
    package let width: Int
    /// `nil` for a row of zeros.
    private var values: [Tensor?]
    private let pages = MappedPages()

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
        if let file = features.file {
            pages.add(file)
            // Its checksum was computed before.
            pages.wereRead(byteCount: width * MemoryLayout<Float>.size)
        }
    }

    /// Whether a row was set.
    func has(_ row: Int) -> Bool { values[row] != nil }

    /// Every row.
    package var allRows: [[Float]] {
        values.map { $0?.floats ?? [Float](repeating: 0, count: width) }
    }

    /// Copies `count` numbers of a row, those from `start` on, into `target` from `offset` on.
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
            if features.file != nil { pages.wereRead(byteCount: count * size) }
        }
    }
}

/// The mapped files that rows are part of. What was read of them leaves the process's memory now and then: an epoch reads each row once, and
/// the system can keep the files' pages itself where it has room.
private final class MappedPages: Sendable {
    /// So many bytes may be read before they leave; the system maps some more around them.
    private static let limit = 4 << 20

    private let state = Mutex<(files: [ObjectIdentifier: MappedFile], read: Int)>(([:], 0))

    func add(_ file: MappedFile) {
        state.withLock { $0.files[ObjectIdentifier(file)] = file }
    }

    func wereRead(byteCount: Int) {
        state.withLock { state in
            state.read += byteCount
            guard state.read >= MappedPages.limit else { return }
            state.read = 0
            for file in state.files.values { file.releasePages() }
        }
    }
}
