package import GraftCluster
package import GraftExecution
package import GraftNetworks
internal import GraftTensors

/// Trains what a stage says, on what the frozen part of the network gives.
///
/// The same settings, pictures and number of threads give the same bytes: all work is done in one order, and
/// every random number follows from the seed, the epoch and the step.
package struct StageTrainer: Sendable {
    package let plan: StagePlan
    let objective: Objective
    package let source: any BoundarySource
    let precision: Precision
    let seed: UInt64
    let threads: Int
    let communicator: any Communicator

    /// A trainer.
    ///
    /// - Parameters:
    ///   - objective: what is right for each picture, and what is minimised.
    ///   - source: what the frozen part gives for each picture.
    ///   - precision: the arithmetic of all but dense layers and what is summed up; parameters are f32.
    ///   - threads: how many oneDNN uses; a dense layer alone is too small for more than one.
    ///   - communicator: the processes that train together, each with pictures of its own in every batch.
    package init(
        _ plan: StagePlan, objective: Objective, source: any BoundarySource, precision: Precision = .float32,
        seed: UInt64, threads: Int, communicator: any Communicator = SingleProcess()
    ) {
        self.precision = precision
        self.plan = plan
        self.objective = objective
        self.source = source
        self.seed = seed
        self.threads = threads
        self.communicator = communicator
    }

    /// Trains until validation gets no better or the epochs are used up, and keeps the best epoch.
    ///
    /// - Parameters:
    ///   - initial: the parameters of the trained part of the network.
    ///   - training: the pictures to learn from, by their positions in the objective.
    ///   - validation: those to choose the best epoch by.
    ///   - progress: where an earlier run stopped; `nil` to begin.
    ///   - epochs: so many are enough for now: training may go on later from the last progress.
    ///   - onProgress: is told after each epoch, and when the task is cancelled, where training is.
    ///   - onEpoch: is told of each epoch and the seconds it took.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func train(
        _ initial: ParameterStore, training: [Int], validation: [Int], from progress: StageProgress? = nil,
        until epochs: Int = .max,
        onProgress: @Sendable @escaping (StageProgress) -> Void = { _ in },
        onEpoch: @Sendable @escaping (EpochReport, Double) -> Void = { _, _ in }
    ) async throws -> TrainedStage {
        let clock = ContinuousClock()
        let batch = plan.stage.batch(of: training.count)
        let stepsPerEpoch = plan.steps(of: training.count)
        let worker = try await makeWorker(initial, pictures: training.count, from: progress)
        while await worker.perform({ !$0.isFinished(after: epochs) }) {
            let start = clock.now
            let (epoch, done) = await worker.perform { ($0.epoch, $0.stepsDone) }
            var order = self.order(of: training, epoch: epoch)
            if !plan.batchNormalizations.isEmpty {
                // A short batch would have statistics of its own.
                order += order.prefix(stepsPerEpoch * batch - order.count)
            }
            var position = done * batch
            while position < order.count {
                let size = source.blockSize.map { max($0 / batch, 1) * batch } ?? order.count
                let pictures = Array(order[position..<min(position + size, order.count)])
                do {
                    try Task.checkCancellation()
                    let block = try await source.block(pictures, epoch: epoch)
                    try await worker.perform { try $0.train(on: block, pictures) }
                } catch let error as CancellationError {
                    onProgress(try await worker.perform { try $0.progress() })
                    throw error
                }
                position += pictures.count
            }
            let metrics: DetailedMetrics
            do {
                metrics = try await measure(validation, worker)
            } catch let error as CancellationError {
                onProgress(
                    try await worker.perform { state in
                        try state.abandonEvaluation()
                        return try state.progress()
                    })
                throw error
            }
            let (report, progress) = try await worker.perform { [count = order.count] state in
                let report = try state.finishEpoch(validation: metrics, pictures: count)
                return (report, try state.progress())
            }
            // What has been told is never lost.
            onProgress(progress)
            onEpoch(report, (clock.now - start) / .seconds(1))
        }
        return try await worker.perform { try $0.result() }
    }

    /// What the network with these parameters does on some pictures: on all of them, and on those of each
    /// class.
    package func evaluate(_ parameters: ParameterStore, _ pictures: [Int]) async throws -> DetailedMetrics {
        try await measure(pictures, makeWorker(parameters, pictures: pictures.count))
    }

    /// The thread that trains or evaluates, with its state.
    ///
    /// - Parameter pictures: the number of them.
    func makeWorker(
        _ initial: ParameterStore, pictures: Int, from progress: StageProgress? = nil
    ) async throws -> PlanWorker<StageState> {
        try await PlanWorker(threads: threads) {
            try StageState(
                plan, objective, initial, pictures: pictures, precision: precision, seed: seed,
                communicator: communicator, progress: progress)
        }
    }

    /// The training pictures of an epoch, in their order.
    ///
    /// All pictures come in one order after the other, shuffled anew each time; an epoch takes the next part.
    func order(of pictures: [Int], epoch: Int) -> [Int] {
        guard !pictures.isEmpty else { return [] }
        let wanted = plan.positions(ofEpoch: epoch, of: pictures.count)
        let passes = wanted.lowerBound / pictures.count...(wanted.upperBound - 1) / pictures.count
        let order = passes.flatMap { pass in
            var order = pictures
            var shuffler = CounterGenerator(seed: seed, purpose: "shuffle/\(plan.stage.name)/\(pass + 1)")
            shuffler.shuffle(&order)
            return order
        }
        let start = wanted.lowerBound - passes.lowerBound * pictures.count
        return Array(order[start..<start + wanted.count])
    }

    private func measure(_ pictures: [Int], _ worker: PlanWorker<StageState>) async throws -> DetailedMetrics
    {
        try await worker.perform { try $0.beginEvaluation() }
        var position = 0
        while position < pictures.count {
            let part = Array(
                pictures[position..<min(position + (source.blockSize ?? .max / 2), pictures.count)])
            try Task.checkCancellation()
            let block = try await source.block(part, epoch: 0)
            try await worker.perform { try $0.evaluate(block, part) }
            position += part.count
        }
        return try await worker.perform { try $0.endEvaluation() }
    }
}
