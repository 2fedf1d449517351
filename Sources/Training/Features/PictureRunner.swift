package import Execution
package import Files
package import Images
package import Networks
internal import Synchronization
internal import Tensors

/// A network with one input and one output vector, and what is needed to run it on pictures.
package struct PictureNetwork: Sendable {
    package var network: Network
    package var preprocessing: Preprocessing
    package var precision: Precision
    /// Reads the parameters; not called where every output is in the cache.
    package var loadParameters: @Sendable () throws -> ParameterStore

    /// A network that is ready for pictures.
    package init(
        _ network: Network, preprocessing: Preprocessing, precision: Precision,
        loadParameters: @Sendable @escaping () throws -> ParameterStore
    ) {
        self.network = network
        self.preprocessing = preprocessing
        self.precision = precision
        self.loadParameters = loadParameters
    }
}

/// Runs a network over many pictures: every core reads, decodes and computes pictures of its own, with no stage that all wait
/// for. What the network gives (features, probabilities) is cached by the pictures' content where a collection is given.
package struct PictureRunner: Sendable {
    /// A picture that has been read.
    package struct LoadedPicture {
        /// The digest of its content.
        package var digest: SHA256Digest
        /// Decodes what has been read.
        package var decode: () throws -> PixelImage

        /// A picture of which the bytes are there.
        package init(digest: SHA256Digest, decode: @escaping () throws -> PixelImage) {
            self.digest = digest
            self.decode = decode
        }
    }

    /// What became of one picture.
    package enum Outcome: Sendable {
        /// Its features are in its row.
        case computed(SHA256Digest)
        /// Its features were in the cache.
        case cached(SHA256Digest)
        /// It could not be read or decoded.
        case failed(any Error)
    }

    /// A picture is done.
    package struct Event: Sendable {
        /// Its position.
        package var index: Int
        package var outcome: Outcome
        /// What the network gave for it; empty where it failed.
        package var output: [Float]
        /// How many pictures are done, this one included.
        package var done: Int
        /// How many of those were in the cache.
        package var cached: Int
        /// How many there are in all.
        package var total: Int
    }

    /// The features of all pictures.
    package struct Result: Sendable {
        /// One row a picture; zeros where it failed.
        package var features: FeatureMatrix
        package var outcomes: [Outcome]
        /// Seconds of reading, decoding and resampling, averaged over the threads.
        package var decodeSeconds: Double
        /// Seconds of computing, averaged over the threads, with making the plan.
        package var trunkSeconds: Double
    }

    private let network: PictureNetwork
    private let collection: FeatureCollection?
    private let threads: Int
    private let batch: Int
    private let planning: Planning

    /// A runner.
    ///
    /// - Parameters:
    ///   - collection: where outputs are looked up and kept; `nil` to compute all of them and keep none.
    ///   - threads: how many pictures are worked on at once.
    ///   - batch: how many pictures go through the network together: few, so that their feature maps stay in the core's cache.
    package init(_ network: PictureNetwork, collection: FeatureCollection?, threads: Int, batch: Int = 2) {
        self.network = network
        self.collection = collection
        self.threads = max(threads, 1)
        self.batch = batch
        planning = Planning(network)
    }

    /// The network's parameters, read once.
    package func parameters() throws -> ParameterStore { try planning.loadedParameters() }

    /// Computes or finds the network's output for `count` pictures.
    ///
    /// - Parameters:
    ///   - load: reads the picture at a position; called on several threads at once. What it throws becomes that picture's outcome.
    ///   - onPicture: is told of each picture when it is done, in any order, on an unspecified thread.
    /// - Throws: `CancellationError` when the task is cancelled; features computed until then are in the cache.
    package func run(
        count: Int, load: @Sendable @escaping (Int) throws -> LoadedPicture,
        onPicture: @Sendable @escaping (Event) -> Void
    ) async throws -> Result {
        let shared = Shared(count: count, width: network.network.outputShape.elementCount)
        let workers = min(threads, max(count, 1))
        let seconds = try await withThrowingTaskGroup(of: Worker.Seconds.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    let worker = try await PlanWorker(threads: 1) {
                        Worker(network, collection: collection, planning: planning, batch: batch)
                    }
                    return try await worker.perform { state in
                        try state.work(on: shared, load: load, onPicture: onPicture)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        collection?.flush()
        try Task.checkCancellation()
        let (features, outcomes) = shared.results()
        return Result(
            features: features, outcomes: outcomes,
            decodeSeconds: seconds.reduce(0) { $0 + $1.decode } / Double(workers),
            trunkSeconds: seconds.reduce(0) { $0 + $1.trunk } / Double(workers))
    }
}

/// What all workers share: the next picture to take, and the results.
private final class Shared: Sendable {
    private let next = Atomic(0)
    private let finished: Mutex<Finished>
    let count: Int

    private struct Finished {
        var features: FeatureMatrix
        var outcomes: [PictureRunner.Outcome?]
        var done = 0
        var cached = 0
    }

    init(count: Int, width: Int) {
        self.count = count
        finished = Mutex(
            Finished(
                features: FeatureMatrix(rows: count, width: width),
                outcomes: [PictureRunner.Outcome?](repeating: nil, count: count)))
    }

    /// The position of a picture that no worker has taken, until there is none.
    func takeNext() -> Int? {
        let taken = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return taken < count ? taken : nil
    }

    func finish(_ index: Int, _ outcome: PictureRunner.Outcome, _ output: [Float])
        -> PictureRunner.Event
    {
        finished.withLock { finished in
            if !output.isEmpty { finished.features.set(index, output) }
            finished.outcomes[index] = outcome
            finished.done += 1
            if case .cached = outcome { finished.cached += 1 }
            return PictureRunner.Event(
                index: index, outcome: outcome, output: output, done: finished.done, cached: finished.cached,
                total: count)
        }
    }

    func results() -> (FeatureMatrix, [PictureRunner.Outcome]) {
        finished.withLock { finished in
            (finished.features, finished.outcomes.map { $0 ?? .failed(CancellationError()) })
        }
    }
}

/// Reads the weights and makes the plan when a first picture needs it, and not at all when all features are cached.
private final class Planning: Sendable {
    private let network: PictureNetwork
    private let state = Mutex<(parameters: ParameterStore?, plan: Plan?)>((nil, nil))

    init(_ network: PictureNetwork) { self.network = network }

    func loadedParameters() throws -> ParameterStore {
        try state.withLock { state in
            let parameters = try state.parameters ?? network.loadParameters()
            state.parameters = parameters
            return parameters
        }
    }

    /// The plan, made on the thread of the first worker that asks; all workers run one oneDNN thread.
    func plan(batch: Int) throws -> Plan {
        let parameters = try loadedParameters()
        return try state.withLock { state in
            let plan =
                try state.plan
                ?? Plan(
                    inferring: network.network, parameters, batch: batch, precision: network.precision)
            state.plan = plan
            return plan
        }
    }
}

/// One thread's share of the work.
private struct Worker {
    struct Seconds: Sendable {
        var decode = 0.0
        var trunk = 0.0
    }

    let network: PictureNetwork
    let collection: FeatureCollection?
    let planning: Planning
    let batch: Int
    private var workspace: Workspace?
    private var pending: [(index: Int, digest: SHA256Digest)] = []
    private var seconds = Seconds()
    private let input: String
    private let output: String
    private let resampler = Resampler()

    init(_ network: PictureNetwork, collection: FeatureCollection?, planning: Planning, batch: Int) {
        self.network = network
        self.collection = collection
        self.planning = planning
        self.batch = batch
        input = network.network.nodes[0].name
        output = network.network.output.name
    }

    mutating func work(
        on shared: Shared, load: (Int) throws -> PictureRunner.LoadedPicture,
        onPicture: (PictureRunner.Event) -> Void
    ) throws -> Seconds {
        let clock = ContinuousClock()
        while !Task.isCancelled, let index = shared.takeNext() {
            let start = clock.now
            let picture: PictureRunner.LoadedPicture
            let image: PixelImage
            do {
                picture = try load(index)
                if let features = collection?.features(for: picture.digest) {
                    seconds.decode += (clock.now - start) / .seconds(1)
                    onPicture(shared.finish(index, .cached(picture.digest), features.floats))
                    continue
                }
                image = try picture.decode()
            } catch {
                onPicture(shared.finish(index, .failed(error), []))
                continue
            }
            try write(image, into: pending.count)
            pending.append((index, picture.digest))
            seconds.decode += (clock.now - start) / .seconds(1)
            if pending.count == batch { try compute(shared, onPicture) }
        }
        if !pending.isEmpty { try compute(shared, onPicture) }
        return seconds
    }

    private mutating func write(_ image: PixelImage, into slot: Int) throws {
        let workspace = try preparedWorkspace()
        try workspace.withFloats(of: input) { batch in
            network.preprocessing.write(image, into: &batch, slot: slot, using: resampler)
        }
    }

    private mutating func compute(
        _ shared: Shared, _ onPicture: (PictureRunner.Event) -> Void
    ) throws {
        let clock = ContinuousClock()
        let start = clock.now
        let workspace = try preparedWorkspace()
        try workspace.runForward()
        let rows = try workspace.withFloats(of: output) { span in
            let width = span.count / batch
            return pending.indices.map { row in (0..<width).map { span[row * width + $0] } }
        }
        seconds.trunk += (clock.now - start) / .seconds(1)
        for ((index, digest), features) in zip(pending, rows) {
            collection?.append(features, for: digest)
            onPicture(shared.finish(index, .computed(digest), features))
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func preparedWorkspace() throws -> Workspace {
        if let workspace { return workspace }
        let clock = ContinuousClock()
        let start = clock.now
        let made = try Workspace(planning.plan(batch: batch))
        seconds.trunk += (clock.now - start) / .seconds(1)
        seconds.decode -= (clock.now - start) / .seconds(1)
        workspace = made
        return made
    }
}
