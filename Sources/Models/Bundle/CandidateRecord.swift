public import GraftTraining

/// What became of one way to do a stage that has several.
///
/// ```swift
/// for way in stage.candidates ?? [] { print(way.name, way.best.validation.score) }
/// ```
public struct CandidateRecord: Sendable, Hashable, Codable {
    /// The name of the way.
    public var name: String
    /// The number of epochs that it trained.
    public var epochs: Int
    /// Its best epoch.
    public var best: EpochReport

    /// A record of a way.
    package init(name: String, epochs: Int, best: EpochReport) {
        self.name = name
        self.epochs = epochs
        self.best = best
    }
}
