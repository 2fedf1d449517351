internal import GraftExecution
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// Measures how many pictures a second a network computes: every core a batch of its own at one time, as
/// features are computed, since cores share caches and memory.
struct InferenceTimer {
    private let plan: Plan
    private let workers: [PlanWorker<Workspace>]

    /// Starts the workers, gives each a random input, and lets each run once.
    ///
    /// - Parameter inputs: the names of the inputs of the plan's network.
    init(_ plan: Plan, inputs: [String], cores: Int) async throws {
        self.plan = plan
        var workers: [PlanWorker<Workspace>] = []
        for core in 0..<cores {
            let worker = try await PlanWorker(threads: 1) { try Workspace(plan) }
            try await worker.perform { workspace in
                var generator = CounterGenerator(seed: UInt64(core), purpose: "measurement")
                for name in inputs {
                    try workspace.withFloats(of: name) { input in
                        for index in input.indices { input[index] = generator.nextMeasuredValue() }
                    }
                }
                try workspace.runForward()
            }
            workers.append(worker)
        }
        self.workers = workers
    }

    /// Runs for so many seconds; every core finishes the batch that it is at.
    ///
    /// - Returns: the pictures a second of all cores together.
    /// - Throws: `CancellationError` when the task is cancelled.
    func picturesPerSecond(seconds: Double) async throws -> Double {
        try Task.checkCancellation()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        let rate = try await withThrowingTaskGroup(of: Double.self) { group in
            for worker in workers {
                group.addTask { [batch = Double(plan.batch)] in
                    try await worker.perform { workspace in
                        let start = clock.now
                        var pictures = 0.0
                        repeat {
                            try workspace.runForward()
                            pictures += batch
                        } while clock.now < end && !Task.isCancelled
                        return pictures / ((clock.now - start) / .seconds(1))
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        try Task.checkCancellation()
        return rate
    }
}
