internal import GraftDatasets
internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors
public import GraftTraining
internal import Synchronization

extension TrainingSchedule {
    /// Searches for a learning rate for one stage of the recipe: takes one step with each of many rising
    /// rates.
    ///
    /// The parameters are those that the recipe begins with, whichever stage it is: stages before it are not
    /// trained. Layers with a rate of their own keep its proportion to the stage's. Nothing is saved but
    /// features in the cache.
    ///
    /// - Parameters:
    ///   - stage: the name of the stage; the first where it is `nil`.
    ///   - steps: the number of rates, 2 or more.
    ///   - onEvent: is told of what happens, on an unspecified thread.
    /// - Throws: `SettingError` where the recipe has no such stage; what ``train(onEvent:)`` throws before
    ///   the first step.
    public func findLearningRate(
        stage: String? = nil, steps: Int = 100,
        onEvent: @Sendable @escaping (TrainingEvent) -> Void = { _ in }
    ) async throws -> LearningRateSearch {
        guard steps > 1 else {
            throw SettingError("The number of steps", found: "is \(steps)", expected: "at least 2")
        }
        let index = try recipe.position(ofStage: stage)
        onEvent(.data(DataSummary(dataset)))
        onEvent(.trunk(TrunkSummary(trunk, isPretrained: recipe.isPretrained)))
        try await fetchWeights(onEvent: onEvent)
        // As training would compute the features.
        var run = try TrainingRun(
            try await settled(onEvent: onEvent).only(stage: index), onEvent: onEvent)
        _ = try await run.examine()
        onEvent(.stage(StageSummary(plan(ofStage: index), number: index + 1, of: recipe.stages.count)))
        return try await run.search(steps: steps)
    }
}

extension TrainingRun {
    /// Takes steps with rising learning rates in the first stage, which stays as it was.
    mutating func search(steps: Int) async throws -> LearningRateSearch {
        let trainer = try await trainer(0)
        let initial = try parameters.values.subset(for: plans[0].cut.tail)
        let count = Mutex(0)
        return try await trainer.search(initial, training: training, steps: steps) { [onEvent] point in
            let step = count.withLock { count in
                count += 1
                return count
            }
            onEvent(.searched(point, step: step, of: steps))
        }
    }
}

extension Recipe {
    /// The position of the stage of this name; the first where it is `nil`.
    fileprivate func position(ofStage name: String?) throws -> Int {
        guard let name else { return 0 }
        if let position = stages.firstIndex(where: { $0.name == name }) { return position }
        let names = stages.map(\.name)
        throw SettingError(
            "Stage \(name)", found: "is none of recipe \(self.name)",
            expected: names.joined(separator: ", "),
            remedy: NearestName.of(name, among: names).map { "Did you mean \($0)?" })
    }
}
