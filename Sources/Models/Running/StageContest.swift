internal import GraftNetworks
internal import GraftTraining
internal import Synchronization

/// The ways to do one stage, at work: all begin, and the worse half ends again and again, until one is left that
/// trains to its end (successive halving; Jamieson and Talwalkar, 2016).
///
/// What a way has learned is never lost: it goes on where it was when the others were compared with it. A stage with
/// one way is trained at once.
struct StageContest {
    /// A way at work.
    struct Entry {
        var trainer: StageTrainer
        /// The parameters it begins with.
        let initial: ParameterStore
        /// Writes where it is; nothing is kept of that where it is `nil`.
        var writer: CheckpointWriter?
        /// Where it is.
        var progress: StageProgress?
        /// What it came to until now.
        var trained: TrainedStage?

        var name: String { trainer.plan.stage.name }

        /// What became of it until now.
        var record: CandidateRecord? {
            trained.map { CandidateRecord(name: name, epochs: $0.epochs.count, best: $0.best) }
        }
    }

    /// One round: so many ways train until so many epochs are done.
    struct Round: Hashable {
        var ways: Int
        var epochs: Int
    }

    /// The ways, those that ended too.
    private(set) var entries: [Entry]
    private let stage: String
    private let pictures: (training: [Int], validation: [Int])
    private let onEvent: @Sendable (TrainingEvent) -> Void

    /// - Parameters:
    ///   - stage: its name in the recipe.
    ///   - entries: the ways, one at least.
    init(
        _ stage: String, _ entries: [Entry], training: [Int], validation: [Int],
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) {
        self.stage = stage
        self.entries = entries
        pictures = (training, validation)
        self.onEvent = onEvent
    }

    /// The rounds of so many ways of a stage with so many epochs.
    static func rounds(ways: Int, epochs: Int) -> [Round] {
        var rounds: [Round] = []
        var (left, until) = (ways, max(epochs / 8, 1))
        while left > 1 {
            rounds.append(Round(ways: left, epochs: min(until, epochs)))
            left = (left + 1) / 2
            until *= 2
        }
        return rounds + [Round(ways: 1, epochs: epochs)]
    }

    /// The greatest number of seconds that all rounds can take: with the slowest ways going on.
    ///
    /// - Parameter epochSeconds: those of one epoch of each way.
    static func seconds(_ epochSeconds: [Double], epochs: Int) -> Double {
        let slowest = epochSeconds.sorted(by: >)
        var (sum, done) = (0.0, 0)
        for round in rounds(ways: slowest.count, epochs: epochs) {
            sum += slowest.prefix(round.ways).reduce(0, +) * Double(round.epochs - done)
            done = round.epochs
        }
        return sum
    }

    /// Trains until one way is left and done.
    ///
    /// - Returns: the position of its entry, and what became of each way.
    mutating func decide() async throws -> (winner: Int, candidates: [CandidateRecord]) {
        var left = Array(entries.indices)
        let epochs = entries[0].trainer.plan.stage.epochs
        for round in StageContest.rounds(ways: entries.count, epochs: epochs) {
            for position in left { try await train(position, until: round.epochs) }
            if left.count == 1 { break }
            let results = left.compactMap { entries[$0].trained?.best.validation }
            let order = EpochChoice.order(results).map { left[$0] }
            left = order.prefix((left.count + 1) / 2).sorted()
            // Those that ended need no memory.
            for position in order where !left.contains(position) { entries[position].progress = nil }
            onEvent(
                .compared(
                    stage: stage, order.compactMap { entries[$0].record },
                    goingOn: left.map { entries[$0].name }))
        }
        return (left[0], entries.compactMap(\.record))
    }

    /// Trains one way until so many epochs are done.
    private mutating func train(_ position: Int, until epochs: Int) async throws {
        let entry = entries[position]
        let latest = Mutex(entry.progress)
        let name = entry.name == stage ? stage : "\(stage)/\(entry.name)"
        let trained = try await entry.trainer.train(
            entry.initial, training: pictures.training, validation: pictures.validation,
            from: entry.progress, until: epochs
        ) { progress in
            latest.withLock { $0 = progress }
            entry.writer?.write(progress)
        } onEpoch: { [onEvent] report, seconds in
            onEvent(.epoch(stage: name, report, seconds: seconds))
        }
        entries[position].progress = latest.withLock { $0 }
        entries[position].trained = trained
    }
}
