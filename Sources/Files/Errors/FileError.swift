#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file or folder that cannot be read or written as asked.
///
/// ```swift
/// do { try model.save(to: path) } catch let error as FileError { print(error) }
/// ```
public struct FileError: ExplainedError, Hashable {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Sendable, Hashable {
        /// There is no such file or folder.
        case missing
        /// The operating system refuses access.
        case denied
        /// The disk, or the user's quota, is full.
        case full
        /// The machine fails or has no means left, whatever the file: too many open files, no memory, a disk
        /// or a network that does not answer.
        case machine
        /// Any other failure that the operating system reports.
        case other
    }

    /// The kind of failure.
    package var code: Code
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    /// An error with a code of Graft's own wording.
    package init(_ code: Code, _ problem: Problem) {
        self.code = code
        self.problem = problem
    }

    /// The failure of a system call on `path`, from the value `errno` had right after it.
    package init(path: String, doing action: String, errno number: Int32) {
        switch number {
        case ENOENT, ENOTDIR:
            code = .missing
            problem = Problem(path, found: "does not exist", remedy: "Check the path")
        case EACCES, EPERM, EROFS:
            code = .denied
            let medium = number == EROFS ? "the file system is read-only" : "permission denied"
            problem = Problem(
                path, found: "cannot be \(action): \(medium)",
                remedy: "Choose another place, or change the permissions")
        case ENOSPC, EDQUOT:
            code = .full
            problem = Problem(
                path, found: "cannot be \(action): no space left on the device",
                remedy: "Free some space, or choose another place")
        case ENAMETOOLONG:
            code = .other
            problem = Problem(
                path, found: "cannot be \(action): its name is too long", remedy: "Choose a shorter one")
        case EMFILE, ENFILE:
            code = .machine
            let whose = number == EMFILE ? "this program has" : "the machine has"
            problem = Problem(
                path, found: "cannot be \(action): \(whose) too many open files",
                remedy: "Allow more open files (ulimit -n 4096), or work on fewer things at once")
        case EIO, ENOMEM, ESTALE, ETIMEDOUT, ENOTCONN, EHOSTDOWN:
            code = .machine
            let reason = unsafe String(cString: strerror(number))
            problem = Problem(
                path, found: "cannot be \(action): \(reason)",
                remedy: number == ENOMEM
                    ? "Free some memory" : "Check the disk, or the connection to it, and try again")
        default:
            code = .other
            let reason = unsafe String(cString: strerror(number))
            problem = Problem(path, found: "cannot be \(action): \(reason)")
        }
    }
}
