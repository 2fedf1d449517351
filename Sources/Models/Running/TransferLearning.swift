public import GraftDatasets
public import GraftFiles
public import GraftTraining

/// Trains a model for a person's own pictures on top of a network that somebody trained for weeks.
///
/// ```swift
/// let photos = try ImageFolder("photos")
/// let trunk = try Trunk(.named("efficientnet_lite0"))
/// var learning = TransferLearning(photos, trunk: trunk)
/// learning.recipe = .features
/// let model = try await learning.train()
/// try model.save(to: "photos.graft")
/// ```
///
/// These are settings. What they come to is a ``TrainingSchedule``, made and checked before any work.
public struct TransferLearning: Sendable {
    /// The pictures, and what is right for each.
    public let dataset: any Dataset
    /// The pretrained network without top.
    public let trunk: Trunk
    /// What is trained, and how.
    public var recipe = Recipe.auto
    /// What all random numbers depend on.
    public var seed: UInt64 = 0
    /// The share of each class that is held out for validation: 0.2 where it is `nil`. Data that says itself
    /// which pictures are for validation takes none.
    public var validationShare: Double?
    /// Whether a picture that cannot be used stops everything, instead of being left out by name.
    public var isStrict = false
    /// Whether features are looked up and kept in the cache.
    public var usesCache = true
    /// Whether published weights that are not on this machine are fetched when training begins, which tells
    /// ``TrainingEvent/weights(_:)``; an error says how to get them otherwise.
    ///
    /// The environment can say no, too: with `GRAFT_OFFLINE=1` nothing is fetched.
    public var fetchesWeights = true
    /// The number of pictures that are worked on at once.
    public var threads = Machine.cores
    /// The greatest number of seconds that training takes: the recipe's where it is `nil`. Stages are shortened to that,
    /// or left out; the first is trained for a few steps at least, however long its features take.
    public var budget: Double?
    /// The file that holds where training is, written after each epoch and removed at the end; none where it
    /// is `nil`.
    public var checkpoint: String?
    /// Whether training goes on where the checkpoint says; a checkpoint that is there is an error otherwise.
    public var resumes = false

    /// From which work on eight bits are tried where the precision is left to Graft.
    package var trialThreshold = TrialThreshold.usual

    /// The model that training goes on from; `nil` where it begins with a pretrained network.
    let startingModel: StartingModel?

    static let usualValidationShare = 0.2

    /// Training for these pictures.
    public init(_ dataset: any Dataset, trunk: Trunk) {
        self.dataset = dataset
        self.trunk = trunk
        startingModel = nil
    }

    /// Training that goes on from a model, with more pictures or more classes: what its network learned is kept, and of
    /// its head the classes that the pictures have too.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - name: what it is called, for what is told of it.
    /// - Throws: where the model's network is none that Graft knows by name.
    public init(
        _ dataset: any Dataset, from model: ModelBundle, named name: String = "the model",
        home: GraftHome = .current
    ) throws {
        let start = StartingModel(bundle: model, name: name)
        self.dataset = dataset
        trunk = try start.trunk(home: home)
        startingModel = start
    }

    /// Everything that a training with these settings will do.
    ///
    /// - Throws: `DatasetError` where the data is too little, `SettingError` and others where a setting is
    ///   impossible or has no effect; no picture is read.
    public func schedule() throws -> TrainingSchedule { try TrainingSchedule(self) }

    /// Trains, and tells what happens on the way: makes the schedule and runs it.
    ///
    /// - Parameter onEvent: is told of what happens, on an unspecified thread.
    /// - Throws: what ``schedule()`` and ``TrainingSchedule/train(onEvent:)`` throw.
    public func train(
        onEvent: @Sendable @escaping (TrainingEvent) -> Void = { _ in }
    ) async throws -> ModelBundle { try await schedule().train(onEvent: onEvent) }

    /// Begins a training, whose events and model can be waited for.
    public func start() -> TrainingTask { TrainingTask(self) }

    /// Whether an interrupted training left a checkpoint at `path`.
    public static func hasCheckpoint(at path: String) -> Bool {
        // What cannot be looked at cannot be gone on from either.
        ((try? FileStatus.of(path)) ?? nil) != nil
    }

    /// Removes the checkpoint: to be called once the model is safe.
    public func removeCheckpoint() throws {
        guard let checkpoint else { return }
        try recipe.removeProgress(besides: checkpoint)
        try FileRemoval.remove(checkpoint)
    }
}
