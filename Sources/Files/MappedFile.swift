#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file's bytes, mapped read-only into memory, where pages are read when they are touched; or read into memory
/// at once.
///
/// The memory lives as long as the object. A file that is cut short while it is mapped makes the system stop
/// the process, and one that is written over changes under the reader; so only files that Graft replaces whole
/// (never edits) are mapped: published weights and cached features. What people may edit is read at once.
@safe package final class MappedFile: Sendable {
    /// The path it was opened with.
    package let path: String
    /// The number of bytes.
    package let count: Int
    /// Whether the bytes are the file's own, so that they can be read anew.
    private let isMapped: Bool

    private nonisolated(unsafe) let base: UnsafeRawPointer?

    /// Maps the file at `path`.
    ///
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file.
    package convenience init(_ path: String) throws(FileError) { try self.init(path, isMapped: true) }

    /// Reads the file at `path` into memory: what is done to it afterwards changes nothing.
    ///
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file, is cut short meanwhile,
    ///   or is larger than the memory that is free.
    package convenience init(reading path: String) throws(FileError) { try self.init(path, isMapped: false) }

    private init(_ path: String, isMapped: Bool) throws(FileError) {
        let (descriptor, size) = try FileContents.open(path)
        defer { close(descriptor) }
        self.path = path
        self.isMapped = isMapped
        count = size
        guard count > 0 else {
            unsafe base = nil
            return
        }
        if !isMapped { try MachineMemory.require(count, for: path) }
        let address =
            isMapped
            ? unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
            : unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw FileError(path: path, doing: isMapped ? "mapped" : "read", errno: errno)
        }
        unsafe base = UnsafeRawPointer(address)
        if !isMapped { try unsafe MappedFile.fill(address, count, from: descriptor, path) }
    }

    private static func fill(
        _ address: UnsafeMutableRawPointer, _ count: Int, from descriptor: Int32, _ path: String
    ) throws(FileError) {
        var filled = 0
        while filled < count {
            let got = unsafe read(descriptor, address + filled, count - filled)
            if got < 0 && errno == EINTR { continue }
            if got < 0 { throw FileError(path: path, doing: "read", errno: errno) }
            guard got > 0 else {
                throw FileError(
                    .other,
                    Problem(
                        path, found: "was cut short while it was read: it has \(filled) of \(count) bytes",
                        remedy: "Try again when nothing writes it"))
            }
            filled += got
        }
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
        // What was read at once is nowhere else.
        guard isMapped else { return }
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
