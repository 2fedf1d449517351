internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Another program that this one started, and what it writes to standard output; what it writes to standard
/// error goes nowhere.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum End: Sendable, Hashable {
        /// With this code.
        case exited(Int32)
        /// By this signal.
        case killed(Int32)
    }

    private let process: pid_t
    private let descriptor: Int32
    /// Whether the process is gone, and its number perhaps another's.
    private let hasEnded = Mutex(false)

    /// Starts the program at `path`.
    ///
    /// - Throws: ``FileError`` where it cannot be started.
    package init(_ path: String, _ arguments: [String]) throws(FileError) {
        var ends: [Int32] = [0, 0]
        // Other programs that are started meanwhile must not hold the pipe open.
        guard unsafe pipe(&ends) == 0 else { throw FileError(path: path, doing: "started", errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        #if canImport(Glibc)
            var actions = unsafe posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // Signals that this thread blocks, or this process ignores, must end the other one all the same.
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var endings = none
        for signal in [SIGINT, SIGTERM] { unsafe sigaddset(&endings, signal) }
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &endings)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process = pid_t()
        let status = unsafe posix_spawn(&process, path, &actions, &attributes, &words, environ)
        guard status == 0 else {
            close(ends[0])
            throw FileError(path: path, doing: "started", errno: status)
        }
        self.process = process
        descriptor = ends[0]
    }

    deinit { close(descriptor) }

    /// Asks the process to end; its end is still to be waited for.
    package func terminate() { hasEnded.withLock { if !$0 { kill(process, SIGTERM) } } }

    /// What it writes until it ends, and how it ends; to be called once.
    package func output() async -> (bytes: [UInt8], end: End) {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: self.wait()) }
        }
    }

    private func wait() -> (bytes: [UInt8], end: End) {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe part.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            bytes += part[..<count]
        }
        var status: Int32 = 0
        // Its number stays its own until it is waited for, so the lock is held for that alone: whoever wants to
        // end it meanwhile must not wait for its end.
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        hasEnded.withLock { hasEnded in
            while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
            hasEnded = true
        }
        // As in wait.h: the lower seven bits are the signal, the next byte the code.
        let signal = status & 0x7f
        return (bytes, signal == 0 ? .exited(status >> 8 & 0xff) : .killed(signal))
    }
}
