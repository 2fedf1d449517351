public import GraftTraining

/// What a stage of a model's training came to.
///
/// ```swift
/// for stage in model.stages where stage.isKept { print(stage.name, stage.bestEpoch) }
/// ```
public struct StageRecord: Sendable, Hashable, Codable {
    /// The name of the stage in the recipe.
    public var name: String
    /// The nodes whose parameters it trained.
    package var trainedNodes: [String]
    /// What each epoch came to.
    public var epochs: [EpochReport]
    /// The epoch that was kept, counted from 1: of those whose score is within one standard error of the
    /// greatest, the one with the lowest validation loss.
    public var bestEpoch: Int
    /// Whether its result is part of the model.
    public var isKept: Bool
    /// Why it was kept or not, in words.
    public var reason: String
    /// Where the stage has several ways: what became of each. The first is the stage itself.
    public var candidates: [CandidateRecord]?
    /// The name of the way that was trained to its end, where there were several.
    public var chosen: String?

    /// A record of a stage.
    package init(
        name: String, trainedNodes: [String], epochs: [EpochReport], bestEpoch: Int, isKept: Bool,
        reason: String, candidates: [CandidateRecord]? = nil, chosen: String? = nil
    ) {
        self.name = name
        self.trainedNodes = trainedNodes
        self.epochs = epochs
        self.bestEpoch = bestEpoch
        self.isKept = isKept
        self.reason = reason
        self.candidates = candidates
        self.chosen = chosen
    }

    /// The best epoch.
    public var best: EpochReport? { epochs.first { $0.epoch == bestEpoch } }
}
