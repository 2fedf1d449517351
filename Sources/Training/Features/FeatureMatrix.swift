internal import GraftFiles
package import GraftTensors
internal import Synchronization

/// The features of many pictures, one row a picture. A row may be part of a mapped file: such rows take
/// little memory, however many they are.
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

/// The mapped files that rows are part of. What was read of them leaves the process's memory now and then: an
/// epoch reads each row once, and the system can keep the files' pages itself where it has room.
private final class MappedPages: Sendable {
    /// So many bytes may be in memory. Files that are smaller together stay.
    private static let limit = 8 << 20
    /// The system maps so many bytes at once, in whose middle or at whose end a row may be.
    private static let group = 64 << 10

    private struct State {
        var files: [ObjectIdentifier: MappedFile] = [:]
        var byteCount = 0
        /// The most bytes that can be in memory.
        var present = 0
    }

    private let state = Mutex(State())

    func add(_ file: MappedFile) {
        state.withLock { state in
            guard state.files.updateValue(file, forKey: ObjectIdentifier(file)) == nil else { return }
            state.byteCount += file.count
        }
    }

    func wereRead(byteCount: Int) {
        state.withLock { state in
            state.present += byteCount + MappedPages.group
            guard min(state.present, state.byteCount) > MappedPages.limit else { return }
            state.present = 0
            for file in state.files.values { file.releasePages() }
        }
    }
}
