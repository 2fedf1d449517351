#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An exclusive advisory lock between processes, held as long as the object lives.
///
/// The system gives it back when the process ends, however it ends.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of the file at `path`, which is made where it is missing; waits while another process
    /// holds it.
    package init(_ path: String) throws(FileError) {
        descriptor = unsafe path.withFileName {
            unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "locked", errno: errno) }
        while flock(descriptor, LOCK_EX) != 0 {
            if errno == EINTR { continue }
            let number = errno
            close(descriptor)
            throw FileError(path: path, doing: "locked", errno: number)
        }
    }

    /// Takes the lock of the file at `path` if no other process holds it; `nil` where one does or there is no
    /// such file.
    package init?(ifFree path: String) {
        let opened = unsafe path.withFileName { unsafe open($0, O_RDWR | O_CLOEXEC) }
        guard opened >= 0 else { return nil }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    /// Takes the lock of the file at `path`, which is made where it is missing; `nil` while another process
    /// holds it.
    package init?(ifFreeMaking path: String) throws(FileError) {
        descriptor = unsafe path.withFileName {
            unsafe open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "written", errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0 else { return }
        let number = errno
        close(descriptor)
        guard number == EWOULDBLOCK || number == EINTR else {
            throw FileError(path: path, doing: "locked", errno: number)
        }
        return nil
    }

    /// Whether `path` still leads to the file that is locked: the one who held the lock before may have
    /// renamed it.
    package func isOf(_ path: String) -> Bool { FileStatus.isOpen(path, as: descriptor) }

    deinit { close(descriptor) }
}
