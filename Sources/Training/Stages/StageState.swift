internal import GraftExecution
internal import GraftNetworks
internal import GraftTensors

/// All that changes while a stage is trained; it belongs to one thread.
struct StageState {
    private let plan: StagePlan
    private let objective: Objective
    private let seed: UInt64
    private let stepsPerEpoch: Int
    private let threads: Int
    private let workspace: Workspace
    private var optimizer: Optimizer
    private var schedule: LearningRateCurve
    private var average: ParameterAverage?
    /// The learning rate of each trained parameter.
    private let rates: [Float]
    private(set) var epoch = 1
    private(set) var stepsDone = 0
    private var lossSum = 0.0
    private var reports: [EpochReport] = []
    private var best: BestEpoch?
    private var sum: any MetricsFold
    /// The parameters themselves while their average is evaluated.
    private var asideParameters: ParameterStore?

    init(
        _ plan: StagePlan, _ objective: Objective, _ initial: ParameterStore, pictures: Int,
        precision: Precision, seed: UInt64, threads: Int, progress: StageProgress?
    ) throws {
        self.plan = plan
        self.objective = objective
        self.seed = seed
        stepsPerEpoch = plan.stage.steps(of: pictures)
        self.threads = threads
        let trainedNodes = plan.trainedNodes
        let normalizations = plan.batchNormalizations
        let execution = try Plan(
            training: plan.cut.tail, initial, batch: plan.stage.batch(of: pictures), precision: precision,
            usesBatchStatistics: { normalizations.contains($0.name) },
            isTrained: { trainedNodes.contains($0.node) })
        workspace = try Workspace(execution)
        let trained = execution.trained
        rates = trained.map { plan.learningRates[$0.node] ?? plan.stage.learningRate }
        optimizer = Optimizer(
            plan.stage.optimizer, decays: trained.map(StagePlan.decays), threads: threads)
        schedule = LearningRateCurve(
            plan.stage.schedule, warmup: plan.stage.warmup, epochs: plan.stage.epochs,
            stepsPerEpoch: stepsPerEpoch)
        average = plan.stage.averaging.map {
            ParameterAverage(decay: $0, count: trained.count, threads: threads)
        }
        sum = objective.metrics
        if let progress { try restore(progress) }
    }

    /// The bytes of parameters, gradients, what the optimizer remembers, and feature maps.
    var byteCount: Int {
        let trained = workspace.plan.trained.reduce(0) { $0 + $1.shape.elementCount }
        let remembered = optimizer.state.moments.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
        return workspace.plan.workspaceByteCount + workspace.plan.parameterByteCount
            + (2 * trained + remembered) * MemoryLayout<Float>.size
    }

    // MARK: Stopping and going on

    /// Whether no further epoch is to come.
    var isFinished: Bool {
        let done = reports.count
        guard done < max(plan.stage.epochs, 1) else { return true }
        guard let patience = plan.stage.patience, let best else { return false }
        return done - best.report.epoch >= patience
    }

    private mutating func restore(_ progress: StageProgress) throws {
        try workspace.setParameters(progress.parameters)
        try optimizer.restore(progress.optimizer)
        schedule.state = progress.schedule
        if let state = progress.average { average?.state = state }
        epoch = progress.epochs + 1
        stepsDone = progress.steps
        lossSum = progress.lossSum
        reports = progress.reports
        best = progress.best
    }

    /// Where training is.
    func progress() throws -> StageProgress {
        let isBest = average == nil && stepsDone == 0 && best?.report.epoch == reports.count
        // Large parameters are not held twice.
        let parameters = try best.flatMap { isBest ? $0.parameters : nil } ?? workspace.trainedParameters()
        return StageProgress(
            epochs: reports.count, steps: stepsDone, lossSum: lossSum, parameters: parameters,
            reports: reports, best: best, optimizer: optimizer.state, schedule: schedule.state,
            average: average?.state)
    }

    /// What training came to.
    func result() throws -> TrainedStage {
        guard let best else { throw CancellationError() }
        return TrainedStage(parameters: best.parameters, epochs: reports, best: best.report)
    }

    // MARK: Training

    /// Takes the steps that a block of pictures is enough for.
    mutating func train(on block: FeatureBlock, _ pictures: [Int]) throws {
        workspace.isTraining = true
        let batch = workspace.plan.batch
        for start in stride(from: 0, to: pictures.count, by: batch) {
            try Task.checkCancellation()
            let factor = schedule.factor(step: (epoch - 1) * stepsPerEpoch + stepsDone)
            let positions = start..<min(start + batch, pictures.count)
            lossSum += try step(block, positions, pictures, factor: factor) * Double(positions.count)
        }
    }

    /// Takes steps with what a search says instead of warm-up and schedule, until the pictures or the
    /// learning rates are used up.
    ///
    /// Layers with a learning rate of their own keep its proportion to the stage's.
    mutating func search(
        _ finder: inout LearningRateFinder, on block: FeatureBlock, _ pictures: [Int],
        _ onPoint: (LearningRateCurvePoint) -> Void
    ) throws {
        workspace.isTraining = true
        let batch = workspace.plan.batch
        for start in stride(from: 0, to: pictures.count, by: batch) {
            guard let learningRate = finder.learningRate else { return }
            try Task.checkCancellation()
            let positions = start..<min(start + batch, pictures.count)
            let factor = learningRate / plan.stage.learningRate
            finder.record(loss: try step(block, positions, pictures, factor: factor))
            // A loss that is no number ends the search and makes no point.
            if let point = finder.lastPoint, point.learningRate == learningRate { onPoint(point) }
        }
    }

    /// Takes one step.
    ///
    /// - Parameter factor: that of all learning rates.
    /// - Returns: the loss before it.
    private mutating func step(
        _ block: FeatureBlock, _ positions: Range<Int>, _ pictures: [Int], factor: Float
    ) throws -> Double {
        let purpose = "\(plan.stage.name)/\(epoch)/\(stepsDone)"
        workspace.generator = CounterGenerator(seed: seed, purpose: "dropout/\(purpose)")
        try fill(block, positions)
        let chosen = positions.map { pictures[$0] }
        var targets = objective.targets(of: chosen)
        var weights = objective.weights(of: chosen)
        if let mixing = plan.stage.mixing {
            var generator = CounterGenerator(seed: seed, purpose: "mixing/\(purpose)")
            let mix = try mix(BatchMixer(mixing), count: chosen.count, &generator)
            targets = mix.mix(targets, width: objective.outputs.count)
            weights = mix.mix(weights)
        }
        try workspace.runForward()
        let loss = try workspace.withFloats(of: Head.logits) { output in
            try workspace.withGradient(of: Head.logits) { gradient in
                objective.loss(output.span, targets, weights: weights, gradient: &gradient)
            }
        }
        try workspace.runBackward()
        try update(factor)
        stepsDone += 1
        return loss
    }

    /// Blends the pictures of a batch, or what the frozen part gave for them.
    private func mix(
        _ mixer: BatchMixer, count: Int, _ generator: inout CounterGenerator
    ) throws -> BatchMix {
        let boundary = plan.cut.boundary[0]
        let shape = plan.cut.tail.shape(of: boundary)?.dimensions ?? []
        // A vector is a picture of one place.
        let (height, width) = shape.count == 3 ? (shape[0], shape[1]) : (1, 1)
        let mix = mixer.draw(count: count, height: height, width: width, using: &generator)
        try workspace.withFloats(of: boundary) { values in
            mix.mix(&values, height: height, width: width, channels: shape.last ?? 1)
        }
        return mix
    }

    private mutating func update(_ factor: Float) throws {
        let indices = workspace.plan.trained.indices
        let clipping = plan.stage.clipping
        var scale: Float = 1
        if let clipping, case .norm = clipping {
            var sum = 0.0
            for index in indices {
                try workspace.withParameter(index) {
                    sum += GradientClipping.squaredNorm($1, threads: threads)
                }
            }
            scale = clipping.scale(squaredNorm: sum)
        }
        optimizer.nextStep()
        average?.nextStep()
        for index in indices {
            try workspace.withParameter(index) { parameter, gradient in
                optimizer.update(
                    index, &parameter, gradient, learningRate: rates[index] * factor, gradientScale: scale,
                    gradientLimit: clipping?.limit ?? .infinity)
                average?.update(index, parameter.span)
            }
        }
    }

    private func fill(_ block: FeatureBlock, _ positions: Range<Int>) throws {
        var offset = 0
        for name in plan.cut.boundary {
            let width = plan.cut.tail.shape(of: name)?.elementCount ?? 0
            try workspace.withFloats(of: name) { target in
                for (slot, position) in positions.enumerated() {
                    block.copy(position, from: offset, count: width, into: &target, at: slot * width)
                }
            }
            offset += width
        }
    }

    // MARK: Evaluating

    /// Prepares for pictures to evaluate: with the averaged parameters, where there are such.
    mutating func beginEvaluation() throws {
        workspace.isTraining = false
        sum = objective.metrics
        guard let average, average.state.step > 0 else { return }
        let own = try workspace.trainedParameters()
        asideParameters = own
        var averaged = own
        for (index, parameter) in workspace.plan.trained.enumerated() {
            averaged[parameter.name] = Tensor(average.values(index), shape: parameter.shape)
        }
        try workspace.setParameters(averaged)
    }

    /// Evaluates a block of pictures.
    mutating func evaluate(_ block: FeatureBlock, _ pictures: [Int]) throws {
        let batch = workspace.plan.batch
        for start in stride(from: 0, to: pictures.count, by: batch) {
            let positions = start..<min(start + batch, pictures.count)
            try fill(block, positions)
            try workspace.runForward()
            try workspace.withFloats(of: Head.logits) { output in
                objective.add(output.span, pictures: positions.map { pictures[$0] }, to: &sum)
            }
        }
    }

    /// What the pictures since ``beginEvaluation()`` came to.
    mutating func endEvaluation() throws -> DetailedMetrics { sum.detailed }

    /// Goes back to the parameters themselves, where their average was evaluated.
    mutating func abandonEvaluation() throws {
        guard let own = asideParameters else { return }
        try workspace.setParameters(own)
        asideParameters = nil
    }

    /// Ends an epoch whose parameters have just been evaluated.
    mutating func finishEpoch(validation: Metrics, pictures: Int) throws -> EpochReport {
        let report = EpochReport(
            epoch: epoch, loss: lossSum / Double(max(pictures, 1)), validation: validation)
        reports.append(report)
        // Anything is better than a loss that is no number.
        if best.map({ validation.loss < $0.report.validation.loss || $0.report.validation.loss.isNaN })
            ?? true
        {
            best = BestEpoch(report: report, parameters: try workspace.trainedParameters())
        }
        try abandonEvaluation()
        schedule.epochEnded(validationLoss: validation.loss)
        epoch += 1
        stepsDone = 0
        lossSum = 0
        return report
    }
}
