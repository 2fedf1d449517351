public import GraftArchitectures
public import GraftDatasets
public import GraftExecution
public import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining
internal import Synchronization

extension ModelBundle {
    /// The predictions for one picture file, by falling probability: the short way to ``Predictor``.
    ///
    /// - Throws: `ImageError` where the file is no picture.
    public func predict(_ path: String) async throws -> [Prediction] {
        try await Predictor(self).predict(path)
    }
}

extension ModelBundle {
    /// The arithmetic for predictions: the wanted one, else that in which the model was trained, where this
    /// processor is fast at it.
    func precision(_ wanted: Precision? = nil) throws -> Precision {
        guard let wanted else {
            let isPossible = trunk.precision == .float32 || (try? trunk.precision.requireSupport()) != nil
            return trunk.precision == .bfloat16 || !isPossible ? .automatic : trunk.precision
        }
        guard wanted != .int8 || quantization != nil else {
            throw SettingError(
                "The model", found: "was not calibrated for int8",
                remedy: "Use bf16, f32 or auto, or train it with --precision int8")
        }
        try wanted.requireSupport()
        return wanted
    }
}

/// Runs a network on pictures: a trained model, or a pretrained network with the classes it was published
/// for.
public struct Predictor: Sendable {
    /// The name of each output, in order: classes, or numbers.
    public let classes: [String]
    /// The entries of a user's weight file that no part of the network takes.
    public let unusedEntries: [String]
    /// How many views of each picture are looked at, at least 1: the picture, its mirror image, then random
    /// crops that keep most of it.
    ///
    /// Probabilities are the means over the views; the same picture has the same views each time. Not for
    /// models of numbers, which a mirror image may change.
    public var viewCount = 1
    /// What the model learned: classes, or numbers.
    public let task: LearningTask
    private let network: PictureNetwork
    private let threads: Int

    /// The arithmetic it runs in.
    public var precision: Precision { network.precision }

    /// A predictor with a trained model.
    ///
    /// - Parameters:
    ///   - bundle: the model.
    ///   - precision: the arithmetic; that in which the model was trained, where this processor is fast at
    ///     it, if `nil`.
    ///   - threads: how many pictures are worked on at once.
    /// - Throws: ``SettingError`` where the model was not calibrated for the precision.
    public init(_ bundle: ModelBundle, precision: Precision? = nil, threads: Int = Machine.cores) throws {
        task = bundle.task
        classes = bundle.classes
        unusedEntries = []
        network = PictureNetwork(
            bundle.network, preprocessing: bundle.preprocessing, precision: try bundle.precision(precision),
            quantization: bundle.quantization
        ) { bundle.parameters }
        self.threads = threads
    }

    /// A predictor with a pretrained network and the 1000 classes of ImageNet.
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - weightsFile: a file of weights for the whole network; the published weights where it is `nil`.
    ///   - inputSize: the height and width that pictures are scaled to, in pixels; the published one where it
    ///     is `nil`.
    ///   - precision: the arithmetic; the faster one on this processor where it is `nil`.
    ///   - threads: how many pictures are worked on at once.
    ///   - home: where the published weights are.
    /// - Throws: where the weights are missing, cannot be read or do not fit, or a size or precision is
    ///   impossible.
    public init(
        pretrained architecture: Architecture, weightsFile: String? = nil, inputSize: Int? = nil,
        precision: Precision? = nil, threads: Int = Machine.cores, home: GraftHome = .current
    ) throws {
        let precision = precision ?? .automatic
        guard precision != .int8 else {
            throw SettingError(
                "The precision int8", found: "needs pictures to calibrate the network on",
                remedy: "Use bf16, f32 or auto, or train a model with --precision int8")
        }
        try precision.requireSupport()
        let weights = try NetworkWeights(for: architecture, file: weightsFile)
        let size = inputSize ?? architecture.nativeSize
        let whole = try architecture.network(height: size, width: size, includeTop: true)
        let (parameters, report) = try weights.load(for: whole, home: home)
        task = .classification
        classes = ImageNetClass.labels
        unusedEntries = report.unused
        network = PictureNetwork(
            whole, preprocessing: try weights.preprocessing(height: size, width: size), precision: precision
        ) { parameters }
        self.threads = threads
    }

    /// The predictions for one picture file, by falling probability.
    ///
    /// - Throws: `ImageError` where the file is no picture.
    public func predict(_ path: String) async throws -> [Prediction] {
        try await predict([path]) { _, _ in }[0].get()
    }

    /// The predictions of a classifier for many picture files, in the same order.
    ///
    /// - Parameters:
    ///   - paths: the files.
    ///   - onResult: is told of each picture as soon as it and all before it are done.
    /// - Throws: `CancellationError` when the task is cancelled; ``SettingError`` where the model tells
    ///   numbers.
    @discardableResult
    public func predict(
        _ paths: [String],
        onResult: @Sendable @escaping (String, Result<[Prediction], any Error>) -> Void
    ) async throws -> [Result<[Prediction], any Error>] {
        guard task != .regression else {
            throw SettingError(
                "The model", found: "predicts numbers", expected: "one that predicts classes",
                remedy: "Use answer(_:onResult:)")
        }
        @Sendable func predictions(_ result: Result<Answer, any Error>) -> Result<[Prediction], any Error> {
            result.map { if case .classes(let predictions) = $0 { predictions } else { [] } }
        }
        return try await answer(paths) { onResult($0, predictions($1)) }.map(predictions)
    }

    /// What the model says of many picture files, in the same order: classes or numbers.
    ///
    /// - Parameters:
    ///   - paths: the files.
    ///   - onResult: is told of each picture as soon as it and all before it are done.
    /// - Throws: `CancellationError` when the task is cancelled; ``SettingError`` where ``viewCount`` is
    ///   above 1 and the model tells numbers.
    @discardableResult
    public func answer(
        _ paths: [String], onResult: @Sendable @escaping (String, Result<Answer, any Error>) -> Void
    ) async throws -> [Result<Answer, any Error>] {
        try await answer(count: paths.count) { index in
            let bytes = try FileContents.read(paths[index])
            return .init(digest: SHA256Digest(of: bytes)) {
                try ImageDecoder().decode(bytes, name: paths[index]).image
            }
        } onResult: {
            onResult(paths[$0], $1)
        }
    }

    private func answer(_ output: some Collection<Float>) -> Answer {
        guard task == .regression else { return .classes(Prediction.ranked(output, classes: classes)) }
        return .numbers(zip(classes, output).map { PredictedNumber(name: $0, value: Double($1)) })
    }

    private func answer(
        count: Int, load: @Sendable @escaping (Int) throws -> PictureRunner.LoadedPicture,
        onResult: @Sendable @escaping (Int, Result<Answer, any Error>) -> Void
    ) async throws -> [Result<Answer, any Error>] {
        guard viewCount <= 1 || task != .regression else { throw SettingError.viewsOfNumbers }
        // One picture alone does not wait for another.
        let runner = PictureRunner(
            network, collections: [], threads: threads,
            batch: MicroBatch(min(count * max(viewCount, 1), MicroBatch.usual)))
        let waiting = Mutex(InOrder<Result<Answer, any Error>>(count: count))
        _ = try await runner.run(count: count, views: [PictureView.several(viewCount)], load: load) { event in
            let answer: Result<Answer, any Error> =
                if case .failed(let error) = event.outcome {
                    .failure(error)
                } else {
                    .success(answer(event.output?.floats ?? []))
                }
            waiting.withLock { waiting in
                for (index, answer) in waiting.add(event.index, answer) { onResult(index, answer) }
            }
        }
        return waiting.withLock { $0.values.compactMap { $0 } }
    }
}

extension SettingError {
    /// Several views of a picture for a model of numbers.
    static let viewsOfNumbers = SettingError(
        "The model", found: "predicts numbers, which may be others in the mirror",
        remedy: "Look at one view of each picture: leave out --tta")
}

/// Hands results on in order, whatever order they come in.
private struct InOrder<Value> {
    private(set) var values: [Value?]
    private var next = 0

    init(count: Int) { values = [Value?](repeating: nil, count: count) }

    /// Takes a result, and gives those whose turn it is now.
    mutating func add(_ index: Int, _ value: Value) -> [(Int, Value)] {
        values[index] = value
        var ready: [(Int, Value)] = []
        while next < values.count, let value = values[next] {
            ready.append((next, value))
            next += 1
        }
        return ready
    }
}
