/// A training under way: its events, and the model that it ends with.
///
/// ```swift
/// let training = TransferLearning(photos, trunk: trunk).start()
/// for await event in training.events { print(event) }
/// let model = try await training.model
/// ```
public struct TrainingTask: Sendable {
    /// What happens, in order, until the training ends; for one loop.
    public let events: AsyncStream<TrainingEvent>
    private let task: Task<ModelBundle, any Error>

    init(_ learning: TransferLearning) {
        let (events, continuation) = AsyncStream.makeStream(of: TrainingEvent.self)
        self.events = events
        task = Task {
            defer { continuation.finish() }
            return try await learning.train { continuation.yield($0) }
        }
    }

    /// The trained model, once the training has ended.
    ///
    /// - Throws: what ``TransferLearning/train(onEvent:)`` throws. When the task that waits is cancelled, so is the
    ///   training.
    public var model: ModelBundle {
        get async throws {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        }
    }

    /// Stops the training: features that were computed, and the checkpoint, are kept.
    public func cancel() { task.cancel() }
}
