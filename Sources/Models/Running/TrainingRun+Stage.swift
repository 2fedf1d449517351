internal import GraftFiles
internal import GraftNetworks
internal import GraftTraining

extension TrainingRun {
    /// The ways of the next stage that time allows, ready to train.
    ///
    /// - Returns: `nil` where time is not enough for a stage that can be left out.
    mutating func beginStage() async throws -> StageContest? {
        let ways = schedule.ways(ofStage: next)
        let isResumed = finished.underWay != nil
        var entries = [try await entry(ways[0], among: [])]
        let decision: StageDecision
        if let known = finished.underWay {
            decision = known
            for way in ways.dropFirst() where known.ways.contains(plans[way].stage.name) {
                entries.append(try await entry(way, among: entries))
            }
        } else {
            guard let made = try await decide(&entries, ways) else { return nil }
            decision = made
            finished.underWay = made
        }
        let main = schedule.checkpoint.map { CheckpointWriter(checkpoint, to: $0, onEvent: onEvent) }
        let isContest = entries.count > 1
        if isContest {
            if !isResumed { try schedule.checkpoint.map(schedule.recipe.removeProgress) }
            main?.write(nil)
        }
        for index in entries.indices {
            let place = schedule.checkpoint.map {
                isContest ? Recipe.placeOfProgress(ofWay: index, besides: $0) : $0
            }
            entries[index].trainer = entries[index].trainer.lasting(decision.length)
            entries[index].writer = place.map { CheckpointWriter(checkpoint, to: $0, onEvent: onEvent) }
            entries[index].progress = isContest ? try place.flatMap { try progress(at: $0) } : progress
        }
        return StageContest(
            schedule.recipe.stages[next].name, entries, training: training, validation: validation,
            onEvent: onEvent)
    }

    /// A way that would train, if it had all the time that the recipe says.
    private mutating func entry(
        _ position: Int, among others: [StageContest.Entry]
    ) async throws -> StageContest.Entry {
        StageContest.Entry(
            position: position, trainer: try await trainer(position, sharing: others),
            initial: try parameters.values.subset(for: plans[position].cut.tail))
    }

    // MARK: Time

    /// Decides how long the next stage is, and which ways are tried, by what time is left and how fast they are here.
    ///
    /// - Parameter entries: the first way; others that are tried are added.
    private mutating func decide(
        _ entries: inout [StageContest.Entry], _ ways: [Int]
    ) async throws -> StageDecision? {
        let plan = entries[0].trainer.plan
        let steps = plan.steps(of: training.count)
        var decision = StageDecision(length: plan.length, ways: [plan.stage.name])
        let left = schedule.budget.map { $0 - elapsed }
        var epochSeconds: [Double] = []
        if let left {
            let speed = try await speed(entries[0])
            let length = plan.length(within: left, speed, pictures: training.count)
            // A model has to come out.
            guard let length = length ?? (next == 0 ? .least : nil) else { return nil }
            decision.length = length
            epochSeconds.append(speed.epoch(steps: steps))
        }
        for way in ways.dropFirst() where decision.length == plan.length {
            let other = try await entry(way, among: entries)
            if left != nil { epochSeconds.append(try await speed(other).epoch(steps: steps)) }
            let seconds = StageContest.seconds(epochSeconds, epochs: plan.stage.epochs)
            if let left, seconds > left { break }
            entries.append(other)
            decision.ways.append(other.trainer.plan.stage.name)
        }
        if let left { tell(decision, plan, ways, left: left) }
        return decision
    }

    private func speed(_ entry: StageContest.Entry) async throws -> StageSpeed {
        try await entry.trainer.speed(
            entry.initial, training: training, validation: validation.count, seconds: 0.1)
    }

    /// Tells what of a stage there is no time for.
    private func tell(_ decision: StageDecision, _ plan: StagePlan, _ ways: [Int], left: Double) {
        let missing = ways.map { plans[$0].stage.name }.filter { !decision.ways.contains($0) }
        guard decision.length != plan.length || !missing.isEmpty else { return }
        let shorter = plan.lasting(decision.length)
        onEvent(
            .shortened(
                StageShortening(
                    name: plan.stage.name, steps: shorter.stage.epochs * shorter.steps(of: training.count),
                    allSteps: plan.stage.epochs * plan.steps(of: training.count), leftOut: missing,
                    seconds: left)))
    }

    // MARK: Progress

    /// Where a way was when an earlier run stopped; `nil` where it had not begun.
    private func progress(at path: String) throws -> StageProgress? {
        guard let kept = try Checkpoint.read(path) else { return nil }
        try kept.requireIdentity(checkpoint.identity, path: path)
        return kept.progress
    }
}

extension Recipe {
    /// Where a way of a stage that has several keeps where it is, beside the checkpoint of the run.
    static func placeOfProgress(ofWay index: Int, besides checkpoint: String) -> String {
        "\(checkpoint).way-\(index + 1)"
    }

    /// Removes what the ways of stages have kept of where they are.
    func removeProgress(besides checkpoint: String) throws {
        let most = stages.map(\.alternatives.count).max() ?? 0
        guard most > 0 else { return }
        for index in 0...most {
            try FileRemoval.remove(Recipe.placeOfProgress(ofWay: index, besides: checkpoint))
        }
    }
}
