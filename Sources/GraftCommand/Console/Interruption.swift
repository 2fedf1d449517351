import ArgumentParser
import Dispatch
import GraftModels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What Ctrl-C and SIGTERM do: the first one cancels the work, which then leaves a state that a next run
/// takes up; a second one ends the process at once.
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
            signal(number, SIG_IGN)
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

    /// What is left of an interrupted training.
    static let checkpointIsKept =
        "What was computed so far is kept; run the same command with --resume to go on."

    /// What is left of an interrupted command that keeps features.
    static let featuresAreKept = "What was computed so far is kept; run the same command to go on."

    /// Runs a command's work, and turns what it throws into words and an exit code.
    ///
    /// - Parameter remainder: what an interruption leaves, as a sentence; empty where it leaves nothing. It
    ///   is asked for then.
    static func guarding(
        _ console: Console, remainder: @autoclosure () -> String = "",
        _ work: @Sendable @escaping () async throws -> Void
    ) async throws {
        do {
            try await cancelling(work)
            try StandardStreams.requireAll()
        } catch is CancellationError {
            console.clear()
            console.json(Failure(event: "interrupted", message: "interrupted"))
            let left = remainder()
            Console.complain(left.isEmpty ? "Interrupted." : "Interrupted. \(left)")
            throw ExitCode(exitCode)
        } catch let error as ExitCode {
            throw error
        } catch let error as ValidationError {
            // Wrong usage that only the data or the model shows.
            console.json(Failure(event: "error", message: error.message))
            console.clear()
            throw error
        } catch let error as LostOutput where error.isClosedPipe {
            throw ExitCode.failure
        } catch {
            console.json(Failure(event: "error", message: error.forTerminal))
            console.clear()
            Console.complain(error.forTerminal)
            throw ExitCode.failure
        }
    }

    private struct Failure: Encodable {
        var event: String
        var message: String
    }
}
