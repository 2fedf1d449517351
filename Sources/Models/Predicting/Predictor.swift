public import GraftArchitectures
public import GraftDatasets
public import GraftExecution
public import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
public import GraftTraining

/// The one place that answers: a trained model, or a pretrained network with the classes it was published for.
///
/// It is warm: threads, plans and their memory are made at the first picture and stay, so keep one and ask it
/// again. Any number of tasks may ask at a time; the answer to a picture does not depend on what else is asked.
///
/// ```swift
/// let predictor = try Predictor(ModelBundle.load("pets.graft"))
/// print(try await predictor.answer(to: .file("cat.jpg")).best?.label ?? "")
/// for try await answer in predictor.answers(for: paths.map(Picture.file)) {
///     print(answer.name, answer.best?.label ?? "")
/// }
/// ```
public final class Predictor: Sendable {
    /// What the model learned.
    public let task: LearningTask
    /// The name of each output, in order: classes, or numbers.
    public let classes: [String]
    /// The entries of a user's weight file that no part of the network takes.
    package let unusedEntries: [String]
    /// What else is to be told of a user's weight file, in a sentence.
    package let weightsRemark: String?
    /// The arithmetic it runs in.
    public let precision: Precision

    let rules: any LearningRules
    private let views: [PictureView]
    private let threads: Int
    private let limits: DecodingLimits
    private let runner: PictureRunner
    /// What the model sees in a picture; `nil` where it has no vector, or looks at several views.
    package let embedding: Embedding?
    /// What pictures are compared with; `nil` where they are not.
    package let references: ReferenceIndex?

    /// How a predictor answers.
    ///
    /// ```swift
    /// var settings = Predictor.Settings()
    /// settings.viewCount = 4
    /// let predictor = try Predictor(model, settings: settings)
    /// ```
    public struct Settings: Sendable, Hashable {
        /// The arithmetic; where it is `nil` that in which the model was trained, where this processor is fast
        /// at it.
        public var precision: Precision?
        /// How many views of each picture are looked at, at least 1: the picture, its mirror image, then random
        /// crops that keep most of it.
        ///
        /// Probabilities are the means over the views; the same picture has the same views each time. Not for
        /// models of numbers, which a mirror image may change.
        public var viewCount = 1
        /// How many pictures are worked on at once, at least 1.
        public var threads = Machine.cores
        /// How many calls may wait for a thread, at least 0; more are refused. A stream of answers waits with
        /// a few pictures at a time.
        public var waitingLimit = 4096
        /// The most pixels that a picture to be decoded may have, at least 1; labelled pictures have limits of
        /// their own.
        ///
        /// The memory that decoding one picture may take grows with it: 3.5 bytes a pixel.
        public var maxPixels = DecodingLimits.usualPixelCount
        /// Whether a picture that is unlike all that the model was trained on is told: see
        /// ``PictureAnswer/isUnlike``.
        public var rejects = true

        /// The usual settings.
        public init() {}

        /// - Throws: ``SettingError`` for a number that cannot be.
        func check() throws {
            for (name, number, range) in [
                ("The number of views", viewCount, 1...1024),
                ("The number of threads", threads, 1...Machine.greatestThreads),
                ("The number of calls that may wait", waitingLimit, 0...Int(Int32.max)),
                ("The most pixels of a picture", maxPixels, 1...Int.max),
            ] where !range.contains(number) {
                throw SettingError(
                    name, found: "is \(number)", expected: "\(range.lowerBound) to \(range.upperBound)")
            }
        }
    }

    /// A predictor with a trained model.
    ///
    /// - Throws: `SettingError` where a setting cannot be, or the model was not calibrated for the precision.
    public convenience init(_ model: ModelBundle, settings: Settings = Settings()) throws {
        try self.init(model, settings: settings) { _ in nil }
    }

    /// A predictor with a trained model that looks features up, where `collection` gives a place for them.
    convenience init(
        _ model: ModelBundle, settings: Settings,
        collection: (PictureNetwork) throws -> FeatureCollection?
    ) throws {
        let network = PictureNetwork(
            model.network, preprocessing: model.preprocessing,
            precision: try model.precision(settings.precision), quantization: model.quantization
        ) { model.parameters }
        try self.init(
            network, model.task, model.classes, references: model.references, settings: settings,
            collection: collection)
    }

    /// A predictor with a pretrained network and the 1000 classes of ImageNet.
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - weightsFile: a file of weights for the whole network; the published weights where it is `nil`.
    ///   - inputSize: the height and width that pictures are scaled to, in pixels; the published one where it
    ///     is `nil`.
    ///   - settings: how it answers; without a precision in the faster one on this processor.
    ///   - home: where the published weights are.
    /// - Throws: where the weights are missing, cannot be read or do not fit, or a setting is impossible.
    public convenience init(
        pretrained architecture: Architecture, weightsFile: String? = nil, inputSize: Int? = nil,
        settings: Settings = Settings(), home: GraftHome = .current
    ) throws {
        try self.init(
            architecture, NetworkWeights(for: architecture, file: weightsFile), inputSize: inputSize,
            settings: settings, home: home)
    }

    /// A predictor with a pretrained network whose weights are known, and here.
    convenience init(
        _ architecture: Architecture, _ weights: NetworkWeights, inputSize: Int?, settings: Settings,
        home: GraftHome
    ) throws {
        let precision = settings.precision ?? .automatic
        guard precision != .int8 else {
            throw SettingError(
                "The precision int8", found: "needs pictures to calibrate the network on",
                remedy: "Use bf16, f32 or auto, or train a model with \(.value(.precision, "int8"))")
        }
        try precision.requireSupport()
        let size = inputSize ?? architecture.nativeSize
        let whole = try architecture.network(height: size, width: size, includeTop: true)
        let (parameters, report) = try weights.load(for: whole, home: home)
        let network = PictureNetwork(
            whole, preprocessing: try weights.preprocessing(height: size, width: size), precision: precision
        ) { parameters }
        try self.init(
            network, .classification, ImageNetClass.labels, report: report, settings: settings
        ) { _ in nil }
    }

    private init(
        _ network: PictureNetwork, _ task: LearningTask, _ classes: [String], report: LoadingReport? = nil,
        references: ReferencePictures? = nil, settings: Settings,
        collection: (PictureNetwork) throws -> FeatureCollection?
    ) throws {
        try settings.check()
        let estimate = network.network.memoryEstimate(precision: network.precision.floating)
        try Machine.requireMemory(
            estimate.workspace.multiplied(checked: settings.threads)?.adding(checked: estimate.parameters),
            for: "The network \(network.network.name)",
            remedy: "Use a smaller network or input size, or fewer threads")
        rules = try task.learning()
        guard settings.viewCount == 1 || rules.allowsViews else {
            throw SettingError(
                "The model", found: "predicts numbers, which may be others in the mirror",
                remedy: "Look at one view of each picture: \(.leaveOut(.viewCount))")
        }
        self.task = task
        self.classes = classes
        unusedEntries = report?.unused ?? []
        weightsRemark = report?.remark
        precision = network.precision
        views = PictureView.several(settings.viewCount)
        threads = settings.threads
        limits = DecodingLimits(pixelCount: settings.maxPixels)
        let divided = try network.dividedAtFirstDense
        embedding = settings.viewCount == 1 ? Embedding(divided) : nil
        self.references = embedding != nil && settings.rejects ? references.map(ReferenceIndex.init) : nil
        runner = PictureRunner(
            divided, collections: try collection(divided).map { [$0] } ?? [], threads: settings.threads,
            waitingLimit: settings.waitingLimit)
    }

    // MARK: Answering

    /// What the model says of a picture.
    ///
    /// - Throws: ``PictureError`` where it is no picture, `ExecutionError` where too many calls wait already,
    ///   `CancellationError` when the task is cancelled.
    public func answer(to picture: Picture) async throws -> Answer {
        let answers = try await answers(to: [picture])
        guard let answer = answers.first else { throw CancellationError() }
        return try answer.outcome.get()
    }

    /// What the model says of many pictures, one after the other, in their order.
    ///
    /// A few pictures are worked on ahead of the one that is asked for; when nobody asks any more, the others
    /// are not read.
    public func answers(for pictures: some Sequence<Picture>) -> PictureAnswers {
        PictureAnswers(self, pictures)
    }

    /// How many pictures a thread takes at once of a stream.
    var chunk: Int { views.count > 1 ? 1 : MicroBatch.usual }

    /// How many such groups are worked on at a time: one a thread, and one that waits for it.
    var ahead: Int { 2 * threads }

    /// The answers to a few pictures, on one thread.
    func answers(to pictures: [Picture]) async throws -> [PictureAnswer] {
        let wantsDigest = views.count > 1
        return try await answers(count: pictures.count) { [limits] index in
            var picture = pictures[index]
            picture.limits = limits
            return picture.load(wantsDigest: wantsDigest)
        }
    }

    /// The answers to a few labelled pictures, on one thread.
    func answers(to samples: [Sample]) async throws -> [PictureAnswer] {
        try await answers(count: samples.count) { samples[$0].load() }
    }

    private func answers(
        count: Int, load: @Sendable (Int) -> LoadedPicture
    ) async throws -> [PictureAnswer] {
        try await runner.run(count, views: [views], load: load).map { event in
            let vector = event.features.flatMap { embedding?.vector($0) }
            var answer = PictureAnswer(
                event, event.output.map { rules.answer($0.floats, names: classes) }, vector: vector)
            if let references, let vector, let distance = references.distance(of: vector) {
                answer.distance = distance
                answer.isUnlike = references.isUnlike(distance)
            }
            return answer
        }
    }

    /// What the network gives for inputs [count, height, width, channels] as it receives them.
    func outputs(for inputs: Tensor) async throws -> [[Float]] { try await runner.outputs(for: inputs) }

    /// Writes the features that were computed to the disk, where they are kept.
    func flush() { runner.flush() }
}

/// What a model says of one picture of many.
///
/// ```swift
/// switch answer.outcome {
/// case .success(let answer): print(answer.best?.label ?? "")
/// case .failure(let error): print(error)
/// }
/// ```
public struct PictureAnswer: Sendable {
    /// What the picture is called.
    public let name: String
    /// The answer, or why there is none.
    public let outcome: Result<Answer, any Error>
    /// What reading the picture showed.
    package let examination: Examination
    /// Whether its features were known.
    let isCached: Bool
    /// What the model sees in the picture, as a vector of length 1; `nil` where it has none.
    package let vector: [Float]?
    /// How far the picture is from those that the model was trained on, from 0 to 2; `nil` where that is not known.
    public internal(set) var distance: Double?
    /// Whether the picture is unlike anything that the model was trained on: further away than 95 % of the validation
    /// pictures were. What the model says of it means little then.
    public internal(set) var isUnlike = false

    init(_ event: PictureRunner.Event, _ answer: Answer?, vector: [Float]? = nil) {
        self.vector = vector
        name = event.examination.path
        examination = event.examination
        isCached = event.isCached
        outcome = answer.map { .success($0) } ?? .failure(PictureError(event.examination))
    }

    /// The answer; `nil` where the picture cannot be used.
    public var answer: Answer? { try? outcome.get() }

    /// The most probable class; `nil` where the model tells numbers, or the picture cannot be used.
    public var best: Prediction? { answer?.best }
}

/// A picture that cannot be used.
///
/// ```swift
/// do { _ = try await predictor.answer(to: .file("notes.txt")) } catch { print(error) }
/// ```
public struct PictureError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    init(_ examination: Examination) {
        problem = examination.problem ?? Problem(examination.path, found: "was not answered")
    }
}

extension ModelBundle {
    /// What the model says of one picture file: the short way to ``Predictor``, which is to be kept where there
    /// are more.
    ///
    /// - Throws: ``PictureError`` where the file is no picture.
    public func predict(_ path: String) async throws -> Answer {
        try await Predictor(self).answer(to: .file(path))
    }

    /// The arithmetic for predictions: the wanted one, else that in which the model was trained, where this
    /// processor is fast at it.
    func precision(_ wanted: Precision? = nil) throws -> Precision {
        guard let wanted else {
            let trained = self.trunk.precision
            let isPossible = trained == .float32 || trained.isSupported
            return trained == .bfloat16 || !isPossible ? .automatic : trained
        }
        guard wanted != .int8 || self.quantization != nil else {
            throw SettingError(
                "The model", found: "was not calibrated for int8",
                remedy: "Use bf16, f32 or auto, or train it with \(.value(.precision, "int8"))")
        }
        try wanted.requireSupport()
        return wanted
    }
}
