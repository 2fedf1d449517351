internal import GraftFiles

#if canImport(Glibc)
    internal import Glibc
#endif

/// The bytes of one or more tensors: memory of its own, or part of a mapped file.
///
/// Bytes are changed only by the one tensor that owns them alone; otherwise they are immutable, and so shared
/// freely between threads.
@safe final class TensorStorage: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
    private static let largePage = 2 << 20
    /// The mapped file that the bytes are part of, if they are.
    let file: MappedFile?

    /// Memory on a 64-byte boundary whose bytes `fill` sets, all of them.
    init<Failure: Error>(
        byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let isLarge = byteCount >= TensorStorage.largePage
        let size = Swift.max(byteCount, 1)
        unsafe bytes = UnsafeMutableRawBufferPointer(
            start: AlignedMemory.require(byteCount: size, alignment: isLarge ? TensorStorage.largePage : 64),
            count: size)
        file = nil
        #if canImport(Glibc)
            // A fault for each 2 MiB instead of each 4 KiB; it is a hint, and may fail.
            if isLarge, let base = unsafe bytes.baseAddress { unsafe madvise(base, byteCount, MADV_HUGEPAGE) }
        #endif
        try unsafe fill(bytes)
    }

    /// Part of a mapped file, which stays mapped as long as this lives.
    init(_ file: MappedFile, range: Range<Int>) {
        self.file = file
        unsafe bytes = file.withBytes { whole in
            unsafe UnsafeMutableRawBufferPointer(
                mutating: UnsafeRawBufferPointer(rebasing: whole[range]))
        }
    }

    /// Tells the system that these bytes of a mapped file will not be read again soon.
    func releasePages(_ range: Range<Int>) {
        guard let file, let base = unsafe bytes.baseAddress else { return }
        unsafe file.releasePages(from: base + range.lowerBound, count: range.count)
    }

    /// Whether the bytes may be changed by their only owner.
    var isWritable: Bool { file == nil }

    deinit {
        if file == nil, let base = unsafe bytes.baseAddress { unsafe AlignedMemory.free(base) }
    }
}
