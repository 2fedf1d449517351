internal import Dispatch
internal import Synchronization

/// Work that blocks its thread for long, kept off the few threads that all tasks share.
package enum BlockingWork {
    /// Runs `work` on a thread of its own and waits for its end without blocking this one.
    ///
    /// - Parameter work: is given a function that tells, from then on, whether the current task was
    ///   cancelled.
    /// - Throws: what `work` throws.
    package static func run<Result: Sendable>(
        _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(with: Swift.Result { try work { flag.isRaised } })
                }
            }
        } onCancel: {
            flag.raise()
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isRaised: Bool { value.load(ordering: .relaxed) }
        func raise() { value.store(true, ordering: .relaxed) }
    }
}
