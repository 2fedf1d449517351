#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file written aside and put in place whole, so that a reader never sees half of it.
///
/// Bytes go to a hidden neighbour of the destination; ``commit()`` makes them durable and renames it over the
/// destination. Without a commit (an error, a full disk, a kill) the destination stays what it was, and the
/// neighbour is removed unless the process was killed.
package final class FileReplacement: ByteOutput {
    /// The path the file will have.
    package let path: String
    /// Where the bytes are until then.
    package let temporary: String
    private var descriptor: Int32

    /// Starts a replacement for the file at `path`, in the same folder.
    package init(_ path: String) throws(FileError) {
        self.path = path
        // A name that is too long would only be noticed in the end.
        _ = try FileStatus.of(path, followingLinks: false)
        // A long name leaves room for what is put around it.
        let name = String(fileName: Array(path.lastName.fileNameBytes.prefix(200)))
        let random = String(UInt32.random(in: 0 ... .max), radix: 36)
        temporary = path.beside(name: ".\(name).\(getpid())-\(random).partial")
        descriptor = unsafe temporary.withFileName {
            unsafe open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "written", errno: errno) }
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
            try? FileRemoval.remove(temporary)
        }
    }

    /// Appends bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try unsafe DescriptorWriting.write(bytes, to: descriptor, path: path)
    }

    /// Replaces bytes that were written, from `offset` on.
    package func rewrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let written = unsafe bytes[done...].withUnsafeBytes { rest in
                unsafe pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError(path: path, doing: "written", errno: errno)
            }
            done += written
        }
    }

    /// Makes the bytes durable and puts the file in its place.
    ///
    /// - Parameter isDurable: whether the file outlives the machine's fall too, and not the process's alone;
    ///   that takes milliseconds.
    package func commit(isDurable: Bool = true) throws(FileError) {
        guard !isDurable || fsync(descriptor) == 0 else {
            throw FileError(path: path, doing: "written", errno: errno)
        }
        let outcome = close(descriptor)
        let number = errno
        descriptor = -1
        let reason = outcome == 0 ? Rename.plain(temporary, path) : number
        guard reason == 0 else {
            try? FileRemoval.remove(temporary)
            throw FileError(path: path, doing: "written", errno: reason)
        }
        if isDurable { try FolderSynchronization.synchronizeFolder(ofFile: path) }
    }

    /// Writes `text` to the file at `path`, whole or not at all.
    package static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes `bytes` to the file at `path`, whole or not at all.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let file = try FileReplacement(path)
        try file.write(bytes)
        try file.commit()
    }
}
