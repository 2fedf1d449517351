internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// A recipe at work: its stages one after the other, each from the best epoch of the one before.
struct TrainingRun {
    let schedule: TrainingSchedule
    let onEvent: @Sendable (TrainingEvent) -> Void
    /// The parameters as the last stage that was kept left them.
    private(set) var parameters: CurrentParameters
    /// What is computed once for each picture.
    private(set) var frozen: FrozenFeatures
    private var identity: [String: String] = [:]
    /// The position of the stage under way, or of the next one.
    private(set) var next = 0
    /// Where the stage under way was when an earlier run stopped.
    private(set) var progress: StageProgress?
    var finished = FinishedStages()
    /// When this run began, and how long earlier ones took until their last stage was done.
    private let start: ContinuousClock.Instant
    private var secondsBefore = 0.0
    private(set) var training: [Int] = []
    private(set) var testing: [Int] = []

    /// The pictures to validate on.
    private(set) var validation: [Int] = []
    private(set) var split: Split?
    private(set) var standardization: Standardization?
    private(set) var stageSeconds: [Double] = []

    init(
        _ schedule: TrainingSchedule, since start: ContinuousClock.Instant = .now,
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) throws {
        self.schedule = schedule
        self.start = start
        self.onEvent = onEvent
        parameters = try CurrentParameters(schedule)
        frozen = try FrozenFeatures(schedule, onEvent: onEvent)
    }

    var plans: [StagePlan] { schedule.plans }

    /// The seconds that training has taken until now, those of an earlier run too.
    var elapsed: Double { secondsBefore + (ContinuousClock.now - start) / .seconds(1) }

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
        if schedule.trunk.preprocessing.resizeRule != .squash {
            for finding in report.findings where finding.kind == .outsideSquare {
                onEvent(.remark(finding.message))
            }
        }
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
        guard next < schedule.recipe.stages.count else { return false }
        let begin = ContinuousClock().now
        let plan = schedule.plan(ofStage: next)
        if let reason = reasonToSkip(plan.stage) {
            skip(plan, reason)
            return true
        }
        onEvent(.stage(StageSummary(plan, number: next + 1, of: schedule.recipe.stages.count)))
        guard var contest = try await beginStage() else {
            skip(plan, "not tried, since the time for training is over")
            return true
        }
        let (winner, candidates) = try await contest.decide()
        progress = nil
        let chosen = contest.entries[winner]
        let isContest = contest.entries.count > 1
        guard let trained = chosen.trained else { preconditionFailure("the winner was trained") }
        guard trained.best.validation.loss.isFinite else {
            if let checkpoint = schedule.checkpoint {
                try schedule.recipe.removeProgress(besides: checkpoint)
                try FileRemoval.remove(checkpoint)
            }
            throw SettingError(
                "The learning rate of \(plan.stage.learningRate) in stage \(plan.stage.name)",
                found: "makes training diverge: the validation loss is not a finite number",
                remedy: "Use a smaller one")
        }
        let verdict = Verdict(trained.best.validation, before: finished.best, plan.stage)
        let trainedPlan = chosen.trainer.plan
        let record = StageRecord(
            name: plan.stage.name, trainedNodes: trainedPlan.trainedNodes.sorted(),
            epochs: trained.epochs, bestEpoch: trained.best.epoch, isKept: verdict.isKept,
            reason: verdict.reason, candidates: isContest ? candidates : nil,
            chosen: isContest ? chosen.name : nil)
        if verdict.isKept {
            try parameters.adopt(trained.parameters, of: trainedPlan.trainedNodes)
            finished.test = nil
            if !testing.isEmpty {
                let tail = try parameters.values.subset(for: trainedPlan.cut.tail)
                finished.test = try await chosen.trainer.evaluate(tail, testing).all
            }
        }
        for entry in contest.entries { entry.trained.map { finished.looks.add($0.looks) } }
        let seconds = (ContinuousClock().now - begin) / .seconds(1)
        finish(record, test: verdict.isKept ? finished.test : nil, seconds: seconds)
        return true
    }

    /// Why a stage is not tried at all; `nil` where it is.
    private func reasonToSkip(_ stage: Stage) -> String? {
        guard stage.isKeptOnlyIfBetter else { return nil }
        if let earlier = records.last, !earlier.isKept {
            return "not tried, since \(earlier.name) was not kept"
        }
        guard let least = stage.leastErrors, let best = finished.best, let errors = best.wrongImages,
            errors < least
        else { return nil }
        return "not tried: \(errors) of \(best.images) validation pictures are wrong, too few to show a gain"
    }

    /// What trains a stage in the way of this position, with all that it reads.
    ///
    /// - Parameter others: ways whose features are there already.
    mutating func trainer(_ position: Int, sharing others: [StageContest.Entry] = []) async throws
        -> StageTrainer
    {
        let plan = plans[position]
        let same = others.first { $0.trainer.plan.readsTheSame(as: plan) }
        let source: any BoundarySource =
            if let same {
                same.trainer.source
            } else {
                try await frozen.source(
                    ofStage: position, parameters, training: training, evaluated: validation + testing)
            }
        return try schedule.trainer(plan, on: source, training: training, standardization)
    }

    /// Passes over a stage.
    private mutating func skip(_ plan: StagePlan, _ reason: String) {
        let record = StageRecord(
            name: plan.stage.name, trainedNodes: plan.trainedNodes.sorted(), epochs: [], bestEpoch: 0,
            isKept: false, reason: reason)
        finish(record, test: nil, seconds: 0)
    }

    private mutating func finish(_ record: StageRecord, test: Metrics?, seconds: Double) {
        finished.records.append(record)
        finished.underWay = nil
        finished.seconds = elapsed
        next += 1
        stageSeconds.append(seconds)
        onEvent(.stageFinished(record, test: test, seconds: seconds))
    }

    /// The seconds of the stages that trained the head alone, or of the others.
    func seconds(ofHead isHead: Bool) -> Double {
        // What came before a resumed stage was not timed.
        zip((next - stageSeconds.count)..<next, stageSeconds).reduce(0) { sum, stage in
            sum + (schedule.plan(ofStage: stage.0).isHeadAlone == isHead ? stage.1 : 0)
        }
    }

    /// What all stages together came to.
    func outcome() throws -> (parameters: ParameterStore, validation: Metrics, test: Metrics?) {
        guard let best = finished.best else { throw CancellationError() }
        let values = try standardization.map(parameters.values.restoringUnits) ?? parameters.values
        return (values, best, finished.test)
    }

    /// By how much choosing the best of many looks at the same pictures makes its score too good, about.
    var optimism: Double? { finished.looks.optimism(seed: schedule.seed) }

    /// What of the network is in eight bits when all stages are done; `nil` where nothing is.
    var quantization: Quantization? {
        let remaining = frozen.quantization?.untouched(by: parameters.changed, in: schedule.network)
        return remaining.flatMap { $0.convolutions.isEmpty ? nil : $0 }
    }

    // MARK: Stopping and going on

    /// Where the run is, before the first step of the next stage.
    var checkpoint: Checkpoint {
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
            finished.records.count == checkpoint.stage, checkpoint.stage < schedule.recipe.stages.count,
            finished.areOf(schedule.recipe.stages.map(\.name))
        else {
            throw SettingError(path, found: "says things that cannot be", remedy: "Delete it and start again")
        }
        self.finished = finished
        secondsBefore = finished.seconds
        next = checkpoint.stage
        let kept = finished.records.filter(\.isKept)
        try parameters.adopt(checkpoint.parameters, of: kept.flatMap(\.trainedNodes))
        progress = checkpoint.progress
        onEvent(.resumed(stage: schedule.recipe.stages[next].name, epochs: progress?.epochs ?? 0))
    }
}
