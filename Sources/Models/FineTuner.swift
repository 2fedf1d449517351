internal import Architectures
internal import Datasets
internal import Execution
internal import Files
internal import Images
internal import Networks
internal import Tensors
internal import Training

/// Trains the last part of a trunk together with a trained head.
///
/// What comes before that part stays frozen: its output is computed once for each picture and kept, as the features for the head are.
struct FineTuner {
    /// What it came to.
    struct Outcome {
        var trained: TrainedHead
        var record: FineTuningRecord
        var test: Metrics?
    }

    private let learning: TransferLearning
    private let settings: FineTuning
    private let network: Network
    private let parameters: ParameterStore

    /// A fine-tuner.
    ///
    /// - Parameter parameters: those of the trunk and of the trained head.
    init(
        _ learning: TransferLearning, _ settings: FineTuning, network: Network, parameters: ParameterStore
    ) {
        self.learning = learning
        self.settings = settings
        self.network = network
        self.parameters = parameters
    }

    /// Trains until the validation loss stops falling; the result counts where that is lower than the head's alone, and no fewer pictures
    /// are named right.
    func train(
        _ training: LabelledRows, _ validation: LabelledRows, _ test: LabelledRows, head: EpochReport,
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> Outcome {
        let first = try settings.firstNode(in: network)
        onEvent(.unfrozen(first))
        let cut = try network.ending(at: Head.dense).cut(before: first)
        guard let frozen = cut.trunk else {
            throw SettingError(
                "Fine-tuning", found: "leaves no frozen part", remedy: "Start at a later layer")
        }
        let trunk = learning.trunk
        let pictures = PictureNetwork(
            frozen, preprocessing: trunk.preprocessing, precision: trunk.precision
        ) { [parameters] in parameters }
        let clock = ContinuousClock()
        let features = try await learning.frozenFeatures(pictures, since: clock.now, onEvent: onEvent)
            .result.features
        let start = clock.now
        let trainer = HeadTrainer(
            tail: cut.tail, features: features, settings: settings.settings(of: learning.settings),
            threads: learning.threads)
        let initial = try parameters.subset(for: cut.tail)
        let trained = try await trainer.train(initial, training: training, validation: validation) {
            onEvent(.fineTuningEpoch($0))
        }
        let (tunedMetrics, headMetrics) = (trained.best.validation, head.validation)
        let isKept = tunedMetrics.loss < headMetrics.loss && tunedMetrics.top1 >= headMetrics.top1
        let tuned = initial.merging(trained.parameters)
        let metrics = isKept && test.count > 0 ? try await trainer.evaluate(tuned, test).all : nil
        let seconds = (clock.now - start) / .seconds(1)
        onEvent(.fineTuned(TrainingResult(trained, test: metrics, seconds: seconds), isKept: isKept))
        return Outcome(
            trained: trained,
            record: FineTuningRecord(
                settings: settings, firstNode: first, epochs: trained.epochs,
                bestEpoch: isKept ? trained.best.epoch : nil),
            test: metrics)
    }
}
