public import Training

/// How a model was fine-tuned.
public struct FineTuningRecord: Sendable, Hashable, Codable {
    /// The settings.
    public var settings: FineTuning
    /// The first node that was trained.
    public var firstNode: String
    /// What each epoch came to.
    public var epochs: [EpochReport]
    /// The epoch that the parameters are of, counted from 1; `nil` where the head alone was better and is what was kept.
    public var bestEpoch: Int?
}
