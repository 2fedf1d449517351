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
        for index in entries.indices {
            entries[index].trainer = entries[index].trainer.lasting(decision.length)
        }
        if let path = schedule.checkpoint {
            try keepProgress(of: &entries, at: path, isResumed: isResumed)
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
            trainer: try await trainer(position, sharing: others),
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
            let length = plan.lengthToTake(within: left, speed, pictures: training.count)
            guard let length else { return nil }
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

    /// Lets each way keep where it is, in the checkpoint of the run or beside it, and go on where an earlier run stopped.
    private func keepProgress(
        of entries: inout [StageContest.Entry], at path: String, isResumed: Bool
    ) throws {
        let start = checkpoint
        func writer(_ path: String) -> CheckpointWriter {
            CheckpointWriter(start, to: path, onEvent: onEvent)
        }
        guard entries.count > 1 else {
            (entries[0].writer, entries[0].progress) = (writer(path), progress)
            return
        }
        if !isResumed { try schedule.recipe.removeProgress(besides: path) }
        writer(path).write(nil)
        for index in entries.indices {
            let place = Recipe.placeOfProgress(ofWay: index, besides: path)
            entries[index].writer = writer(place)
            let kept = try Checkpoint.read(place)
            try kept?.requireIdentity(start.identity, path: place)
            entries[index].progress = kept?.progress
        }
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
