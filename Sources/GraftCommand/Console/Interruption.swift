import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What Ctrl-C and SIGTERM do: the first one cancels the work, which then leaves a state that a next run takes up; a second one ends
/// the process at once.
enum Interruption {
    /// The exit code of a command that was interrupted, as shells expect it: 128 + SIGINT.
    static let exitCode: Int32 = 130

    /// Runs `work`, cancelling it when the user interrupts.
    ///
    /// - Throws: what `work` throws; `CancellationError` where it was interrupted.
    static func cancelling<Result: Sendable>(
        _ work: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        let task = Task { try await work() }
        let sources = [SIGINT, SIGTERM].map { number in
            unsafe signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if task.isCancelled { _exit(exitCode) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        return try await task.value
    }
}
