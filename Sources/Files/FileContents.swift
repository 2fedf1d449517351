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

    /// Hands out the bytes of the file at `path` piece by piece, so that a large one takes little memory.
    ///
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file.
    static func forEachPiece(
        _ path: String, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileError) {
        let (descriptor, _) = try open(path)
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var place = 0
        while true {
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(place))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path: path, doing: "read", errno: errno) }
            if count == 0 { return }
            unsafe piece.withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            place += count
        }
    }

    /// The bytes of a file, or the start of one that is not wanted whole.
    package struct Contents: Sendable {
        /// The whole file, or its start.
        package let bytes: [UInt8]
        /// How long the file is.
        package let size: Int

        /// Whether the bytes are all there are.
        package var isWhole: Bool { bytes.count >= size }
    }

    /// The bytes of the file at `path`, whose first ones say whether the others are wanted.
    ///
    /// A file may be of any size, and take no room on its disk: nothing is read of it beyond its start, and no
    /// memory taken, where it has more than `limit` bytes or is of no interest.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that are read.
    ///   - startCount: How many bytes `isWanted` sees.
    ///   - isWanted: Whether a file that starts like this is wanted.
    /// - Throws: ``FileError`` where the file is missing, unreadable or not a regular file.
    package static func read(
        _ path: String, atMost limit: Int, startCount: Int = 4096, ifStart isWanted: ([UInt8]) -> Bool
    ) throws(FileError) -> Contents {
        let (descriptor, size) = try open(path)
        defer { close(descriptor) }
        var bytes = try read(descriptor, path, count: min(size, startCount))
        if bytes.count < size, size <= limit, isWanted(bytes) {
            bytes = try read(descriptor, path, count: size)
            // It may have become shorter meanwhile.
            return Contents(bytes: bytes, size: bytes.count)
        }
        return Contents(bytes: bytes, size: size)
    }

    private static func read(_ path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
        let (descriptor, size) = try open(path)
        defer { close(descriptor) }
        return try read(descriptor, path, count: min(size, limit))
    }

    /// A file that is open for reading, and its size.
    ///
    /// - Throws: ``FileError`` where it is missing, unreadable or not a regular file.
    static func open(_ path: String) throws(FileError) -> (descriptor: Int32, size: Int) {
        // A named pipe without a writer would make a blocking `open` wait for ever.
        let descriptor = unsafe path.withFileName { name in
            #if canImport(Glibc)
                unsafe Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            #else
                unsafe Darwin.open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            #endif
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "opened", errno: errno) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw FileError(path: path, doing: "examined", errno: number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw FileError(.other, Problem(path, found: "is not a regular file", expected: "a file"))
        }
        return (descriptor, Int(status.st_size))
    }

    private static func read(
        _ descriptor: Int32, _ path: String, count wanted: Int
    ) throws(FileError) -> [UInt8] {
        try MachineMemory.require(wanted, for: path)
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(count))
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        guard failure == 0 else { throw FileError(path: path, doing: "read", errno: failure) }
        return bytes
    }
}
