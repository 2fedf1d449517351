internal import GraftArchitectures
internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTraining
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a checkpoint says of the stages that are done.
struct FinishedStages: Codable {
    var records: [StageRecord] = []
    /// The test of the last stage that was kept.
    var test: Metrics?
    /// What was right at each look at the validation pictures.
    var looks = Looks()
    /// The seconds until the last stage was done.
    var seconds = 0.0
    /// What was decided of the stage under way, which goes on as it began.
    var underWay: StageDecision?

    /// The validation of the last stage that was kept.
    var best: Metrics? { records.last { $0.isKept }?.best?.validation }

    /// Whether they are the first ones of these names, and each that was kept has its best epoch.
    func areOf(_ names: [String]) -> Bool {
        records.map(\.name) == Array(names.prefix(records.count))
            && records.allSatisfy { !$0.isKept || $0.best != nil }
    }

    /// The stages as text.
    var text: String {
        // Records hold nothing that could not be encoded.
        (try? JSONEncoder.ofEveryNumber().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension FinishedStages {
    /// Reads the text; `nil` where it cannot be understood.
    init?(_ text: String) {
        guard let read = try? JSONDecoder.ofEveryNumber().decode(Self.self, from: Data(text.utf8)) else {
            return nil
        }
        self = read
    }
}

/// What is decided when a stage begins, where that depends on the time that is left.
struct StageDecision: Codable {
    /// How long the stage is.
    var length: StageLength
    /// The names of the ways that are tried.
    var ways: [String]
}

/// Writes the checkpoint of one stage again and again.
final class CheckpointWriter: Sendable {
    private let path: String
    private let checkpoint: Checkpoint
    private let onEvent: @Sendable (TrainingEvent) -> Void
    private let lastDurable = Mutex(ContinuousClock.now)

    /// - Parameter checkpoint: all but the progress.
    init(
        _ checkpoint: Checkpoint, to path: String, onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) {
        self.path = path
        self.checkpoint = checkpoint
        self.onEvent = onEvent
    }

    /// Writes where the stage is; nothing of it is done where it is `nil`.
    func write(_ progress: StageProgress?) {
        var checkpoint = checkpoint
        checkpoint.progress = progress
        // Waiting for the disk would take longer than many an epoch of a head.
        let isDurable = lastDurable.withLock { last in
            let now = ContinuousClock.now
            guard now - last >= .seconds(1) || Task.isCancelled else { return false }
            last = now
            return true
        }
        do {
            try checkpoint.write(to: path, isDurable: isDurable)
        } catch {
            let problem = (error as? any ExplainedError)?.problem
            onEvent(
                .checkpointProblem(path, problem ?? Problem(path, found: "cannot be written: \(error)")))
        }
    }
}

extension TrainingSchedule {
    /// All that a run depends on, by name.
    func identity(of split: Split) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        func text(_ value: some Encodable) throws -> String {
            SHA256Digest(of: Array(try encoder.encode(value))).hexadecimal
        }
        var identity = [
            "data": try text(split), "labels": try text(dataset.samples.map(\.target)),
            "recipe": try text(recipe), "network": try text(network),
            "weights": trunk.weights.digest.hexadecimal,
            "preprocessing": trunk.preprocessing.canonicalText, "precision": trunk.precision.rawValue,
            "seed": "\(seed)", "number of threads": "\(threads)", "version of Graft": GraftVersion.current,
        ]
        if let start = startingModel {
            identity["model to go on from"] = start.bundle.parameters.digest.hexadecimal
        }
        return identity
    }
}
