#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An exclusive advisory lock on a folder itself, which stays with the folder when it is renamed.
///
/// The system gives it back when the process ends, however it ends.
final class FolderLock {
    /// Why a lock was not taken.
    enum Refusal: Error {
        /// Another process holds it.
        case held
        /// There is no such folder, or its file system has no such locks.
        case unavailable
    }

    private let descriptor: Int32

    /// Takes the lock of the folder at `path`, which is no link.
    init(_ path: String, waiting: Bool) throws(Refusal) {
        descriptor = unsafe path.withFileName {
            unsafe open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw .unavailable }
        while flock(descriptor, waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            let isHeld = errno == EWOULDBLOCK
            close(descriptor)
            throw isHeld ? .held : .unavailable
        }
    }

    /// Whether `path` still leads to the folder that is locked.
    func isOf(_ path: String) -> Bool { FileStatus.isOpen(path, as: descriptor) }

    deinit { close(descriptor) }
}
