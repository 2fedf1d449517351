#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file's bytes, mapped read-only into memory; pages are read when they are touched.
///
/// The mapping lives as long as the object. A file that is cut short while it is mapped makes the system stop
/// the process, so only files that Graft replaces whole (never edits) are mapped.
@safe package final class MappedFile: Sendable {
    /// The path it was opened with.
    package let path: String
    /// The number of bytes.
    package let count: Int

    private nonisolated(unsafe) let base: UnsafeRawPointer?

    /// Maps the file at `path`.
    ///
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file.
    package init(_ path: String) throws(FileError) {
        // A named pipe without a writer would make a blocking `open` wait for ever.
        let descriptor = unsafe path.withFileName { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "opened", errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw FileError(path: path, doing: "examined", errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(.other, Problem(path, found: "is not a regular file", expected: "a file"))
        }
        self.path = path
        count = Int(status.st_size)
        guard count > 0 else {
            unsafe base = nil
            return
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw FileError(path: path, doing: "mapped", errno: errno)
        }
        unsafe base = UnsafeRawPointer(address)
    }

    deinit {
        if let base = unsafe base { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    /// Tells the system that no byte will be read again soon; they are read anew where they are.
    package func releasePages() {
        guard let base = unsafe base else { return }
        unsafe releasePages(from: base, count: count)
    }

    /// Tells the system that the whole pages among these bytes will not be read again soon; they are read
    /// anew where they are.
    package func releasePages(from start: UnsafeRawPointer, count: Int) {
        let page = Int(getpagesize())
        let first = (Int(bitPattern: start) + page - 1) / page * page
        let last = (Int(bitPattern: start) + count) / page * page
        guard last > first, let address = unsafe UnsafeMutableRawPointer(bitPattern: first) else { return }
        unsafe madvise(address, last - first, MADV_DONTNEED)
    }

    /// Hands out the file's bytes for the time of the call.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }
}
