#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A new file that others may read while it grows: what was written stays, whatever happens later.
package final class GrowingFile: Sendable {
    /// The path of the file.
    package let path: String
    private let descriptor: Int32

    /// Makes an empty file at `path`.
    ///
    /// - Throws: ``FileError`` where one is there, or it cannot be made.
    package init(_ path: String) throws(FileError) {
        self.path = path
        descriptor = unsafe path.withFileName {
            unsafe open($0, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "written", errno: errno) }
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        try DescriptorWriting.write(bytes, to: descriptor, path: path)
    }
}

/// Writing to a file that is open.
enum DescriptorWriting {
    /// Writes all of some bytes.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(FileError) {
        var rest = unsafe bytes[...]
        while unsafe !rest.isEmpty {
            let slice = unsafe UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
                let written = unsafe Glibc.write(descriptor, slice.baseAddress, slice.count)
            #else
                let written = unsafe Darwin.write(descriptor, slice.baseAddress, slice.count)
            #endif
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "written", errno: errno)
            }
            unsafe rest = rest.dropFirst(written)
        }
    }

    /// Writes all of some bytes.
    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
        var failure: FileError?
        unsafe bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try unsafe write(buffer, to: descriptor, path: path) } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
