#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory whose lack is an error and not the end of the process, as it is with Swift's own allocation.
package enum AlignedMemory {
    /// Memory that starts on a multiple of `alignment`, a power of two of at least 8; `nil` where the system has
    /// none. It is given back by ``free(_:)``.
    package static func allocate(byteCount: Int, alignment: Int = 64) -> UnsafeMutableRawPointer? {
        var address: UnsafeMutableRawPointer?
        guard unsafe posix_memalign(&address, alignment, max(byteCount, 1)) == 0 else { return nil }
        return unsafe address
    }

    /// The same for those who cannot throw: where the system has none, this says so and ends the process as a failed
    /// command ends.
    package static func require(byteCount: Int, alignment: Int = 64) -> UnsafeMutableRawPointer {
        if let address = unsafe allocate(byteCount: byteCount, alignment: alignment) { return unsafe address }
        let words =
            Array(
                "graft: this needs \(byteCount) more bytes of memory than the system gives. Use smaller pictures, a "
                    .utf8) + Array("smaller network or batch, or fewer threads.\n".utf8)
        _ = unsafe words.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(1)
    }

    /// Gives memory back.
    package static func free(_ address: UnsafeMutableRawPointer) {
        #if canImport(Glibc)
            unsafe Glibc.free(address)
        #else
            unsafe Darwin.free(address)
        #endif
    }
}
