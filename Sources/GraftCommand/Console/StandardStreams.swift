import GraftFiles
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The three streams that a process is born with: every write to them is checked, and a command whose words were
/// lost does not end as if all were well.
enum StandardStreams {
    private struct Loss {
        let descriptor: Int32
        let number: Int32
    }

    private static let loss = Mutex<Loss?>(nil)

    /// Takes the places of streams that the parent closed, so that no file that is opened later gets their
    /// numbers, and words for people in it. Reading and writing there fail, as with the closed ones.
    static func occupy() {
        for (descriptor, mode) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
        ] where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            // The lowest free number is this one, for those below are taken.
            _ = unsafe open("/dev/null", mode)
        }
    }

    #if canImport(Glibc)
        private static let systemWrite = unsafe Glibc.write
    #else
        private static let systemWrite = unsafe Darwin.write
    #endif

    /// Writes a text. Work that is worth more than its words goes on where they are lost; ``requireAll()`` says
    /// so in the end.
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes {
                unsafe systemWrite(descriptor, $0.baseAddress, $0.count)
            }
            if written > 0 {
                bytes = bytes.dropFirst(written)
                continue
            }
            let number = written < 0 ? errno : EIO
            if number == EINTR { continue }
            if number == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
                continue
            }
            loss.withLock { $0 = $0 ?? Loss(descriptor: descriptor, number: number) }
            return
        }
    }

    /// Writes a text to standard output, or to standard error.
    static func write(_ text: String, asError isError: Bool) {
        write(text, to: isError ? STDERR_FILENO : STDOUT_FILENO)
    }

    /// All that standard input gives until its end.
    ///
    /// - Throws: `CancellationError`, and `FileError` where it cannot be read.
    static func input() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try nextInput() { bytes += part }
        return bytes
    }

    /// What standard input gives next, as soon as there is something; `nil` at its end. Unlike a read of one's own it
    /// ends when the task is cancelled.
    ///
    /// - Throws: `CancellationError`, and `FileError` where it cannot be read.
    static func nextInput() throws -> [UInt8]? {
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            try Task.checkCancellation()
            var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&wanted, 1, 100)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let count = unsafe part.withUnsafeMutableBytes {
                unsafe read(STDIN_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            guard count >= 0 else { throw FileError(path: "Standard input", doing: "read", errno: errno) }
            return count == 0 ? nil : Array(part[..<count])
        }
    }

    /// Ends the process at once: threads may be at work still, and what `exit` tears down they would miss.
    static func end(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    /// Stops where words were lost.
    ///
    /// - Throws: ``LostOutput``.
    static func requireAll() throws {
        guard let loss = loss.withLock({ $0 }) else { return }
        throw LostOutput(descriptor: loss.descriptor, number: loss.number)
    }
}

/// What a command wrote did not arrive.
struct LostOutput: ExplainedError {
    let problem: Problem
    /// Whether nobody reads any more, who then need not be told.
    let isClosedPipe: Bool

    fileprivate init(descriptor: Int32, number: Int32) {
        let name = descriptor == STDOUT_FILENO ? "Standard output" : "Standard error"
        isClosedPipe = number == EPIPE
        problem =
            number == EBADF
            ? Problem(name, found: "is closed, so that what was to be told is lost")
            : FileError(path: name, doing: "written", errno: number).problem
    }
}
