internal import GraftCluster
internal import GraftExecution
internal import GraftNetworks
internal import GraftTensors

/// All that changes while a stage is trained; it belongs to one thread.
struct StageState {
    private let plan: StagePlan
    private let objective: Objective
    private let seed: UInt64
    private let stepsPerEpoch: Int
    private let workspace: Workspace
    private let communicator: any Communicator
    private var schedule: LearningRateCurve
    /// The learning rate of each trained parameter.
    private let rates: [Float]
    /// Whether weight decay applies to each trained parameter.
    private let decays: [Bool]
    private(set) var epoch = 1
    private(set) var stepsDone = 0
    private var lossSum = 0.0
    private var reports: [EpochReport] = []
    private var best: BestEpoch?
    private var looks = Looks()
    private var sum: any MetricsFold
    /// The parameters themselves while their average is evaluated.
    private var asideParameters: ParameterStore?

    init(
        _ plan: StagePlan, _ objective: Objective, _ initial: ParameterStore, pictures: Int,
        precision: Precision, seed: UInt64,
        communicator: any Communicator = SingleProcess(), progress: StageProgress?
    ) throws {
        self.plan = plan
        self.objective = objective
        self.seed = seed
        stepsPerEpoch = plan.steps(of: pictures)
        self.communicator = communicator
        let trainedNodes = plan.trainedNodes
        let normalizations = plan.batchNormalizations
        let execution = try Plan(
            training: plan.cut.tail, initial, batch: plan.stage.batch(of: pictures), precision: precision,
            usesBatchStatistics: { normalizations.contains($0.name) },
            isTrained: { trainedNodes.contains($0.node) })
        workspace = try Workspace(execution)
        let trained = execution.trained
        rates = trained.map { plan.learningRates[$0.node] ?? plan.stage.learningRate }
        decays = trained.map(StagePlan.decays)
        schedule = LearningRateCurve(
            plan.stage.schedule, warmup: plan.stage.warmup, epochs: plan.stage.epochs,
            stepsPerEpoch: stepsPerEpoch)
        sum = objective.metrics
        if let progress { try restore(progress) }
    }

    /// The bytes of parameters, gradients, what the optimizer remembers, and feature maps.
    var byteCount: Int {
        let trained = workspace.plan.trained.reduce(0) { $0 + $1.shape.elementCount }
        let remembered = workspace.optimizerState.moments.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
        return workspace.plan.workspaceByteCount + workspace.plan.parameterByteCount
            + (2 * trained + remembered) * MemoryLayout<Float>.size
    }

    // MARK: Stopping and going on

    /// Whether no further epoch is to come, where there are to be no more than so many.
    func isFinished(after epochs: Int) -> Bool {
        let done = reports.count
        guard done < max(min(plan.stage.epochs, epochs), 1) else { return true }
        guard let patience = plan.stage.patience, let best else { return false }
        return done - best.report.epoch >= patience
    }

    private mutating func restore(_ progress: StageProgress) throws {
        try progress.check(epochs: plan.stage.epochs, stepsPerEpoch: stepsPerEpoch)
        try workspace.setParameters(progress.parameters)
        try plan.stage.optimizer.check(progress.optimizer)
        try workspace.restore(
            progress.optimizer, average: progress.average, averaging: plan.stage.averaging)
        schedule.state = progress.schedule
        epoch = progress.epochs + 1
        stepsDone = progress.steps
        lossSum = progress.lossSum
        reports = progress.reports
        best = progress.best
        looks = progress.looks
    }

    /// Where training is.
    func progress() throws -> StageProgress {
        let isBest = plan.stage.averaging == nil && stepsDone == 0 && best?.report.epoch == reports.count
        // Large parameters are not held twice.
        let parameters = try best.flatMap { isBest ? $0.parameters : nil } ?? workspace.trainedParameters()
        return StageProgress(
            epochs: reports.count, steps: stepsDone, lossSum: lossSum, parameters: parameters,
            reports: reports, best: best, looks: looks, optimizer: workspace.optimizerState,
            schedule: schedule.state,
            average: workspace.averageState)
    }

    /// What training came to.
    func result() throws -> TrainedStage {
        guard let best else { throw CancellationError() }
        return TrainedStage(parameters: best.parameters, epochs: reports, best: best.report, looks: looks)
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
        let own = communicator.rank > 0 ? "/\(communicator.rank)" : ""
        let purpose = "\(plan.stage.name)/\(epoch)/\(stepsDone)\(own)"
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
        var loss = try workspace.withFloats(of: Head.logits) { output in
            try workspace.withGradient(of: Head.logits) { gradient in
                objective.loss(output.span, targets, weights: weights, gradient: &gradient)
            }
        }
        try workspace.runBackward()
        if communicator.size > 1 { try sumOverProcesses(&loss) }
        try update(factor, loss)
        stepsDone += 1
        return loss.mean
    }

    /// Adds up what the processes found, each with pictures of its own: loss, weight and gradients.
    private func sumOverProcesses(_ loss: inout LossSum) throws {
        var numbers = [loss.sum, loss.weight]
        try communicator.sum(&numbers)
        loss = LossSum(sum: numbers[0], weight: numbers[1])
        try workspace.sumGradients { try communicator.sum(&$0) }
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

    private func update(_ factor: Float, _ loss: LossSum) throws {
        var step = plan.stage.optimizer.step(learningRates: rates.map { $0 * factor }, decays: decays)
        step.gradientScale = loss.gradientScale
        step.clipping = plan.stage.clipping?.clipping
        step.averaging = plan.stage.averaging
        try workspace.update(by: step)
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
        guard let averaged = try workspace.averagedParameters() else { return }
        asideParameters = try workspace.trainedParameters()
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
    mutating func finishEpoch(validation: DetailedMetrics, pictures: Int) throws -> EpochReport {
        let report = EpochReport(
            epoch: epoch, loss: lossSum / Double(max(pictures, 1)), validation: validation.all)
        reports.append(report)
        looks.add(validation.hits)
        if EpochChoice.prefers(
            report.validation, to: best?.report.validation, among: reports.map(\.validation))
        {
            best = BestEpoch(report: report, parameters: try workspace.trainedParameters())
        }
        try abandonEvaluation()
        schedule.epochEnded(validationLoss: report.validation.loss)
        epoch += 1
        stepsDone = 0
        lossSum = 0
        return report
    }
}
