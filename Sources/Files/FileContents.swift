#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whole files read into memory: for files that people may edit while Graft reads them.
package enum FileContents {
    /// The bytes of the file at `path`.
    ///
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file.
    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        try read(path, atMost: .max)
    }

    /// The first bytes of the file at `path`: `count`, or as many as there are.
    ///
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file.
    package static func readStart(_ path: String, count: Int) throws(FileError) -> [UInt8] {
        try read(path, atMost: count)
    }

    private static func read(_ path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
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
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: min(Int(status.st_size), limit)) {
            buffer, count in
            while count < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(buffer)[count...]
                let got = unsafe Self.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: rest))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failure == 0 else { throw FileError(path: path, doing: "read", errno: failure) }
        return bytes
    }

    private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
