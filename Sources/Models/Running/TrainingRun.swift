internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// A recipe at work: its stages one after the other, each from the best epoch of the one before.
struct TrainingRun {
    private let schedule: TrainingSchedule
    let onEvent: @Sendable (TrainingEvent) -> Void
    /// The parameters as the last stage that was kept left them.
    private(set) var parameters: CurrentParameters
    /// What is computed once for each picture.
    private(set) var frozen: FrozenFeatures
    private var identity: [String: String] = [:]
    private var next = 0
    private var progress: StageProgress?
    private var finished = FinishedStages()
    private(set) var training: [Int] = []
    private var testing: [Int] = []

    /// The pictures to validate on.
    private(set) var validation: [Int] = []
    private(set) var split: Split?
    private(set) var standardization: Standardization?
    private(set) var stageSeconds: [Double] = []

    init(
        _ schedule: TrainingSchedule, onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) throws {
        self.schedule = schedule
        self.onEvent = onEvent
        parameters = try CurrentParameters(schedule)
        frozen = try FrozenFeatures(schedule, onEvent: onEvent)
    }

    var plans: [StagePlan] { schedule.plans }

    /// What the stages came to, those that were not kept too.
    var records: [StageRecord] { finished.records }

    // MARK: Pictures

    /// Reads every picture, computes what the first stage needs of it, and splits the pictures.
    mutating func examine() async throws -> DoctorReport {
        let dataset = schedule.dataset
        if let calibrated = try await schedule.calibrated(parameters.values) {
            frozen.quantization = calibrated.network.quantization
            onEvent(.calibrated(CalibrationSummary(calibrated.network)))
        }
        let examinations = try await frozen.examine(parameters)
        let report = DoctorReport(dataset, examinations)
        onEvent(.findings(report))
        if schedule.isStrict { try report.requireEveryFile() }
        if let obstacle = Doctor.obstacles(to: dataset, examinations).first { throw obstacle }
        let share = schedule.validationShare ?? TransferLearning.usualValidationShare
        let split = try Split(dataset, examinations, validationFraction: share, seed: schedule.seed)
        self.split = split
        training = split.indices(of: .train, in: dataset)
        validation = split.indices(of: .validation, in: dataset)
        testing = split.indices(of: .test, in: dataset)
        onEvent(.split(SplitSummary(split, validationShare: share)))
        standardization = try schedule.standardization(training)
        identity = try schedule.identity(of: split)
        try takeUpCheckpoint()
        return report
    }

    // MARK: Stages

    /// Trains the next stage, if there is one.
    ///
    /// - Returns: whether there was one.
    mutating func trainNextStage() async throws -> Bool {
        guard next < plans.count else { return false }
        let plan = plans[next]
        if let earlier = records.last, !earlier.isKept, plan.stage.isKeptOnlyIfBetter {
            skip(plan, after: earlier)
            return true
        }
        let begin = ContinuousClock().now
        onEvent(.stage(StageSummary(plan, number: next + 1, of: plans.count)))
        let trainer = try await trainer(ofStage: next)
        let initial = try parameters.values.subset(for: plan.cut.tail)
        let writer = schedule.checkpoint.map { CheckpointWriter(checkpoint, to: $0, onEvent: onEvent) }
        let trained = try await trainer.train(
            initial, training: training, validation: validation, from: progress
        ) { progress in
            writer?.write(progress)
        } onEpoch: { [onEvent] report, seconds in
            onEvent(.epoch(stage: plan.stage.name, report, seconds: seconds))
        }
        progress = nil
        guard trained.best.validation.loss.isFinite else {
            if let checkpoint = schedule.checkpoint { try FileRemoval.remove(checkpoint) }
            throw SettingError(
                "The learning rate of \(plan.stage.learningRate) in stage \(plan.stage.name)",
                found: "makes training diverge: the validation loss is not a finite number",
                remedy: "Use a smaller one")
        }
        let verdict = Verdict(trained.best.validation, before: finished.best, plan.stage)
        let record = StageRecord(
            name: plan.stage.name, trainedNodes: plan.trainedNodes.sorted(), epochs: trained.epochs,
            bestEpoch: trained.best.epoch, isKept: verdict.isKept, reason: verdict.reason)
        if verdict.isKept {
            try parameters.adopt(trained.parameters, of: plan.trainedNodes)
            finished.test = nil
            if !testing.isEmpty {
                let tail = try parameters.values.subset(for: plan.cut.tail)
                finished.test = try await trainer.evaluate(tail, testing).all
            }
        }
        let seconds = (ContinuousClock().now - begin) / .seconds(1)
        finish(record, test: verdict.isKept ? finished.test : nil, seconds: seconds)
        return true
    }

    /// What trains a stage, with all that it reads.
    mutating func trainer(ofStage number: Int) async throws -> StageTrainer {
        let plan = plans[number]
        let source = try await frozen.source(
            ofStage: number, parameters, training: training, evaluated: validation + testing)
        return try schedule.trainer(plan, on: source, training: training, standardization)
    }

    /// Passes over a stage that is for more of what did not pay.
    private mutating func skip(_ plan: StagePlan, after earlier: StageRecord) {
        let record = StageRecord(
            name: plan.stage.name, trainedNodes: plan.trainedNodes.sorted(), epochs: [], bestEpoch: 0,
            isKept: false, reason: "not tried, since \(earlier.name) was not kept")
        finish(record, test: nil, seconds: 0)
    }

    private mutating func finish(_ record: StageRecord, test: Metrics?, seconds: Double) {
        finished.records.append(record)
        next += 1
        stageSeconds.append(seconds)
        onEvent(.stageFinished(record, test: test, seconds: seconds))
    }

    /// The seconds of the stages that trained the head alone, or of the others.
    func seconds(ofHead isHead: Bool) -> Double {
        // What came before a resumed stage was not timed.
        zip(plans[(next - stageSeconds.count)..<next], stageSeconds).reduce(0) {
            $0 + ($1.0.isHeadAlone == isHead ? $1.1 : 0)
        }
    }

    /// What all stages together came to.
    func outcome() throws -> (parameters: ParameterStore, validation: Metrics, test: Metrics?) {
        guard let best = finished.best else { throw CancellationError() }
        let values = try standardization.map(parameters.values.restoringUnits) ?? parameters.values
        return (values, best, finished.test)
    }

    /// What of the network is in eight bits when all stages are done; `nil` where nothing is.
    var quantization: Quantization? {
        let remaining = frozen.quantization?.untouched(by: parameters.changed, in: schedule.network)
        return remaining.flatMap { $0.convolutions.isEmpty ? nil : $0 }
    }

    // MARK: Stopping and going on

    /// Where the run is, before the first step of the next stage.
    private var checkpoint: Checkpoint {
        Checkpoint(
            identity: identity, finished: finished.text, parameters: parameters.changedValues, stage: next,
            progress: nil)
    }

    private mutating func takeUpCheckpoint() throws {
        guard let path = schedule.checkpoint, schedule.resumes else { return }
        guard let checkpoint = try Checkpoint.read(path) else { return }
        try checkpoint.requireIdentity(identity, path: path)
        guard
            let finished = FinishedStages(checkpoint.finished),
            finished.records.count == checkpoint.stage, checkpoint.stage < plans.count,
            finished.areOf(plans.map(\.stage.name))
        else {
            throw SettingError(path, found: "says things that cannot be", remedy: "Delete it and start again")
        }
        self.finished = finished
        next = checkpoint.stage
        let kept = finished.records.filter(\.isKept)
        try parameters.adopt(checkpoint.parameters, of: kept.flatMap(\.trainedNodes))
        progress = checkpoint.progress
        onEvent(.resumed(stage: plans[next].stage.name, epochs: progress?.epochs ?? 0))
    }
}
