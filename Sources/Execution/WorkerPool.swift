internal import GraftFiles
internal import Synchronization

/// Threads that are kept, each with what it works with: a job waits for one that is free and gives it back.
///
/// Threads are started when they are needed first, up to a number; jobs that wait are served in order.
package final class WorkerPool<State>: Sendable {
    private struct Queue {
        var free: [PlanWorker<State>] = []
        /// The number of workers that exist or are being made.
        var count = 0
        var nextTicket = 0
        /// What waits, the longest first.
        var waiting: [(ticket: Int, continuation: CheckedContinuation<PlanWorker<State>?, any Error>)] = []
    }

    /// The greatest number of workers.
    package let limit: Int
    private let waitingLimit: Int
    private let makeState: @Sendable () throws -> State
    private let queue = Mutex(Queue())

    /// A pool without any worker yet.
    ///
    /// - Parameters:
    ///   - limit: the greatest number of workers, each of which commands one thread.
    ///   - waitingLimit: how many jobs may wait at a time.
    ///   - makeState: makes what a worker works with, on its thread.
    package init(
        limit: Int, waitingLimit: Int = .max, _ makeState: @Sendable @escaping () throws -> State
    ) {
        self.limit = max(limit, 1)
        self.waitingLimit = waitingLimit
        self.makeState = makeState
    }

    /// Does something with a worker's state, on its thread, once a worker is free.
    ///
    /// - Throws: `CancellationError` where the task is cancelled while it waits, ``ExecutionError`` where too
    ///   many wait already, and what `body` throws.
    package func perform<Result: Sendable>(
        _ body: @Sendable (inout State) throws -> Result
    ) async throws -> Result {
        let worker = try await take()
        do {
            let result = try await worker.perform(body)
            give(worker)
            return result
        } catch {
            give(worker)
            throw error
        }
    }

    private func take() async throws -> PlanWorker<State> {
        let ticket = queue.withLock { queue in
            queue.nextTicket += 1
            return queue.nextTicket
        }
        let worker: PlanWorker<State>? = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.withLock { queue in
                    if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                    if let worker = queue.free.popLast() { return continuation.resume(returning: worker) }
                    if queue.count < limit {
                        queue.count += 1
                        return continuation.resume(returning: nil)
                    }
                    guard queue.waiting.count < waitingLimit else {
                        return continuation.resume(
                            throwing: ExecutionError(
                                "The queue", found: "is full: \(queue.waiting.count) pictures wait already",
                                remedy: "Ask again later"))
                    }
                    queue.waiting.append((ticket, continuation))
                }
            }
        } onCancel: {
            queue.withLock { queue in
                guard let index = queue.waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
                queue.waiting.remove(at: index).continuation.resume(throwing: CancellationError())
            }
        }
        if let worker { return worker }
        do {
            return try await PlanWorker(threads: 1, makeState)
        } catch {
            // Its place is free for another try, of whoever waits.
            let next = queue.withLock { queue in
                guard !queue.waiting.isEmpty else {
                    queue.count -= 1
                    return nil as CheckedContinuation<PlanWorker<State>?, any Error>?
                }
                return queue.waiting.removeFirst().continuation
            }
            next?.resume(returning: nil)
            throw error
        }
    }

    private func give(_ worker: PlanWorker<State>) {
        queue.withLock { queue in
            if queue.waiting.isEmpty {
                queue.free.append(worker)
            } else {
                queue.waiting.removeFirst().continuation.resume(returning: worker)
            }
        }
    }
}
