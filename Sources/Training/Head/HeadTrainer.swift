internal import Execution
package import Networks
internal import Tensors

/// Pictures to train or validate on: rows of a feature matrix and their classes.
package struct LabelledRows: Sendable {
    package var rows: [Int]
    package var labels: [Int]

    /// Rows and the class of each.
    package init(rows: [Int], labels: [Int]) {
        precondition(rows.count == labels.count, "each row has one label")
        self.rows = rows
        self.labels = labels
    }

    /// No pictures.
    package init() { self.init(rows: [], labels: []) }

    /// The number of pictures.
    package var count: Int { rows.count }
}

/// What training a head came to.
package struct TrainedHead: Sendable {
    /// The parameters after the best epoch.
    package var parameters: ParameterStore
    /// Every epoch.
    package var epochs: [EpochReport]
    /// The epoch with the lowest validation loss.
    package var best: EpochReport
}

/// Trains the last part of a network, a head alone or with what comes before it, on features that were computed once.
package struct HeadTrainer: Sendable {
    private let tail: Network
    private let boundary: String
    private let logits: String
    private let settings: HeadSettings
    private let features: FeatureMatrix
    private let threads: Int

    /// A trainer.
    ///
    /// - Parameters:
    ///   - tail: the trained part of a network up to its logits, with one input.
    ///   - threads: how many oneDNN uses; a dense layer is too small for more than one.
    package init(tail: Network, features: FeatureMatrix, settings: HeadSettings, threads: Int = 1) {
        self.threads = threads
        self.tail = tail
        boundary = tail.nodes[0].name
        logits = tail.output.name
        self.features = features
        self.settings = settings
    }

    /// Trains until the validation loss stops falling or the epochs are used up, and keeps the best epoch.
    ///
    /// The same settings, features and number of threads give the same bytes: all work is done in one order.
    ///
    /// - Parameter onEpoch: is told of each epoch on an unspecified thread.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func train(
        _ initial: ParameterStore, training: LabelledRows, validation: LabelledRows,
        onEpoch: @Sendable @escaping (EpochReport) -> Void
    ) async throws -> TrainedHead {
        let batch = min(settings.batchSize, max(training.count, 1))
        let worker = try await PlanWorker(threads: threads) {
            try Workspace(Plan(training: tail, initial, batch: batch))
        }
        return try await worker.perform { workspace in
            var optimizer = Optimizer(
                OptimizerSettings(.adam), decays: workspace.plan.trained.map { _ in false }, threads: threads)
            var reports: [EpochReport] = []
            var best: (report: EpochReport, parameters: ParameterStore)?
            for epoch in 1...max(settings.epochs, 1) {
                try Task.checkCancellation()
                let loss = try run(epoch, training, workspace, &optimizer)
                let metrics = try evaluate(validation, workspace).all
                let report = EpochReport(epoch: epoch, loss: loss, validation: metrics)
                reports.append(report)
                onEpoch(report)
                // Anything is better than a loss that is no number.
                if best.map({ metrics.loss < $0.report.validation.loss || $0.report.validation.loss.isNaN })
                    ?? true
                {
                    best = (report, try workspace.trainedParameters())
                } else if epoch - (best?.report.epoch ?? 0) >= settings.patience {
                    break
                }
            }
            guard let best else { throw CancellationError() }
            return TrainedHead(parameters: best.parameters, epochs: reports, best: best.report)
        }
    }

    /// What a head with these parameters does on some pictures: on all of them, and on those of each class.
    package func evaluate(
        _ parameters: ParameterStore, _ pictures: LabelledRows
    ) async throws -> (all: Metrics, classes: [Metrics]) {
        let batch = min(settings.batchSize, max(pictures.count, 1))
        let worker = try await PlanWorker(threads: threads) {
            try Workspace(Plan(training: tail, parameters, batch: batch))
        }
        return try await worker.perform { try evaluate(pictures, $0) }
    }

    /// One pass over the training pictures in a new order; the mean loss.
    private func run(
        _ epoch: Int, _ training: LabelledRows, _ workspace: Workspace, _ optimizer: inout Optimizer
    ) throws -> Double {
        var order = Array(0..<training.count)
        var shuffler = CounterGenerator(seed: settings.seed, purpose: "shuffle/\(epoch)")
        shuffler.shuffle(&order)
        workspace.isTraining = true
        workspace.generator = CounterGenerator(seed: settings.seed, purpose: "dropout/\(epoch)")
        var total = 0.0
        for batch in batches(order, workspace) {
            let labels = batch.map { training.labels[$0] }
            try fill(workspace, batch.map { training.rows[$0] })
            try workspace.runForward()
            total += try workspace.withFloats(of: logits) { output in
                try workspace.withGradient(of: logits) { gradient in
                    Double(
                        SoftmaxCrossEntropy.gradient(
                            output.span, labels: labels, classes: tail.outputShape[0], into: &gradient))
                }
            }
            try workspace.runBackward()
            optimizer.nextStep()
            for index in workspace.plan.trained.indices {
                try workspace.withParameter(index) {
                    optimizer.update(index, &$0, $1, learningRate: settings.learningRate)
                }
            }
        }
        return total / Double(max(training.count, 1))
    }

    /// The metrics of pictures, without dropout.
    private func evaluate(
        _ pictures: LabelledRows, _ workspace: Workspace
    ) throws -> (all: Metrics, classes: [Metrics]) {
        workspace.isTraining = false
        var sum = MetricsSum()
        var classSums = [MetricsSum](repeating: MetricsSum(), count: tail.outputShape[0])
        for batch in batches(Array(0..<pictures.count), workspace) {
            try fill(workspace, batch.map { pictures.rows[$0] })
            try workspace.runForward()
            try workspace.withFloats(of: logits) { output in
                for (row, index) in batch.enumerated() {
                    let label = pictures.labels[index]
                    let (loss, probabilities) = SoftmaxCrossEntropy.loss(
                        output.span, row: row, classes: tail.outputShape[0], label: label)
                    sum.add(loss: loss, probabilities: probabilities, label: label)
                    classSums[label].add(loss: loss, probabilities: probabilities, label: label)
                }
            }
        }
        return (sum.metrics, classSums.map(\.metrics))
    }

    private func batches(_ order: [Int], _ workspace: Workspace) -> [ArraySlice<Int>] {
        let size = workspace.plan.batch
        return stride(from: 0, to: order.count, by: size).map { order[$0..<min($0 + size, order.count)] }
    }

    private func fill(_ workspace: Workspace, _ rows: [Int]) throws {
        try workspace.withFloats(of: boundary) { target in
            for (slot, row) in rows.enumerated() {
                features.copy(row, into: &target, at: slot * features.width)
            }
        }
    }
}
