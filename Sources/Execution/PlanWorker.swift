internal import GraftOneDNN

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A thread of its own with something that only it may touch: plans are made and run there.
///
/// OpenMP keeps its threads and their number for each thread that starts parallel work, so work for oneDNN
/// must not wander between the threads of Swift's pool.
package actor PlanWorker<State> {
    private nonisolated let executor: ThreadExecutor
    private var state: State

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Starts the thread, sets the number of oneDNN threads it commands, and makes the state there.
    package init(threads: Int, _ makeState: @Sendable @escaping () throws -> State) async throws {
        let executor = try ThreadExecutor { Threads.setCountForCallingThread(threads) }
        self.executor = executor
        let box: UncheckedBox<State> = try await executor.run { UncheckedBox(content: try makeState()) }
        state = box.content
    }

    /// Does something with the state, on the worker's thread.
    package func perform<Result: Sendable>(_ body: @Sendable (inout State) throws -> Result) rethrows
        -> Result
    {
        try body(&state)
    }
}

extension Plan {
    /// Makes a plan that any number of workers with one thread each can run.
    package static func forOneThread(_ make: @Sendable @escaping () throws -> Plan) async throws -> Plan {
        try await PlanWorker(threads: 1, make).perform { $0 }
    }
}

/// Carries the state from the thread's first job into the actor that runs on the same thread.
private struct UncheckedBox<Content>: @unchecked Sendable {
    let content: Content
}

/// Runs an actor's jobs in order on a thread of its own.
final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
    private let queue: JobQueue

    /// Starts the thread, which does `start` first.
    init(_ start: @Sendable @escaping () -> Void) throws {
        queue = JobQueue()
        try queue.startThread(start)
    }

    deinit { queue.close() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.add { unsafe job.runSynchronously(on: executor) }
    }

    /// Runs one closure on the thread.
    func run<Result: Sendable>(_ body: @Sendable @escaping () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.add { continuation.resume(with: .init(catching: body)) }
        }
    }
}

/// The jobs that wait for a thread. The thread holds it, and ends when it is closed and empty.
@safe private final class JobQueue: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrival: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [() -> Void] = []
    private var isClosed = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe arrival = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(arrival, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(arrival)
        unsafe pthread_mutex_destroy(mutex)
        unsafe arrival.deallocate()
        unsafe mutex.deallocate()
    }

    func add(_ job: @escaping () -> Void) {
        unsafe pthread_mutex_lock(mutex)
        jobs.append(job)
        unsafe pthread_cond_signal(arrival)
        unsafe pthread_mutex_unlock(mutex)
    }

    func close() {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        unsafe pthread_cond_signal(arrival)
        unsafe pthread_mutex_unlock(mutex)
    }

    private func next() -> (() -> Void)? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            if isClosed { return nil }
            unsafe pthread_cond_wait(arrival, mutex)
        }
        return jobs.removeFirst()
    }

    func startThread(_ start: @Sendable @escaping () -> Void) throws {
        do throws(DetachedThread.Refusal) {
            try DetachedThread.start { [self] in
                start()
                while let job = next() { job() }
            }
        } catch {
            throw ExecutionError("a thread", found: "could not be started (error \(error.number))")
        }
    }
}
