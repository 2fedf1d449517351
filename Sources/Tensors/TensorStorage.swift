internal import Files

/// The bytes of one or more tensors: memory of its own, or part of a mapped file.
///
/// Bytes are changed only by the one tensor that owns them alone; otherwise they are immutable, and so shared freely
/// between threads.
@safe final class TensorStorage: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
    private let file: MappedFile?

    /// Zeroed memory on a 64-byte boundary.
    init(byteCount: Int) {
        unsafe bytes = .allocate(byteCount: Swift.max(byteCount, 1), alignment: 64)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
        file = nil
    }

    /// Part of a mapped file, which stays mapped as long as this lives.
    init(_ file: MappedFile, range: Range<Int>) {
        self.file = file
        unsafe bytes = file.withBytes { whole in
            unsafe UnsafeMutableRawBufferPointer(
                mutating: UnsafeRawBufferPointer(rebasing: whole[range]))
        }
    }

    /// Whether the bytes may be changed by their only owner.
    var isWritable: Bool { file == nil }

    deinit {
        if file == nil { unsafe bytes.deallocate() }
    }
}
