public import GraftTraining

/// The model that a training went on from, and what became of what it knew.
///
/// ```swift
/// if let start = model.start, let before = start.before, let after = start.after {
///     print("\(start.name): \(before.score), now \(after.score)")
/// }
/// ```
public struct StartRecord: Sendable, Hashable, Codable {
    /// What the model was called.
    public var name: String
    /// Its classes, or numbers.
    public var classes: [String]
    /// The nodes whose parameters were not the published ones any more.
    package var trainedNodes: [String]
    /// How well it did on the new validation pictures of its own classes that it was not trained on; `nil` where there
    /// are none.
    public var before: Metrics?
    /// How well the new model does on the same pictures.
    public var after: Metrics?
}
