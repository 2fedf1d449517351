package import GraftDatasets
package import GraftExecution
internal import GraftFiles
package import GraftImages
package import GraftNetworks
package import GraftTensors

/// A network with one input, and what is needed to run it on pictures.
package struct PictureNetwork: Sendable {
    package var network: Network
    /// The nodes whose outputs are wanted, one behind the other.
    package var outputs: [String]
    package var preprocessing: Preprocessing
    package var precision: Precision
    /// What is in eight bits, where ``precision`` says so.
    package var quantization: Quantization?
    /// Reads the parameters; not called where every output is in the cache.
    package var loadParameters: @Sendable () throws -> ParameterStore
    /// What makes a picture's answer of the outputs, which are its inputs; `nil` where they are what is
    /// wanted. It computes one picture at a time, so that an answer never depends on what is asked with it.
    package var tail: Network?

    /// A network that is ready for pictures.
    package init(
        _ network: Network, outputs: [String] = [], preprocessing: Preprocessing, precision: Precision,
        quantization: Quantization? = nil, loadParameters: @Sendable @escaping () throws -> ParameterStore
    ) {
        self.network = network
        self.outputs = outputs.isEmpty ? [network.output.name] : outputs
        self.preprocessing = preprocessing
        self.precision = precision
        self.quantization = precision == .int8 ? quantization : nil
        self.loadParameters = loadParameters
    }

    /// The network in two: up to its first dense layer, whose features may be kept, and what makes answers of
    /// them; in one where it has no dense layer, or nothing before it.
    package var dividedAtFirstDense: PictureNetwork {
        get throws {
            func isDense(_ node: Node) -> Bool { if case .dense = node.operation { true } else { false } }
            guard let first = network.nodes.first(where: isDense) else { return self }
            let cut = try network.cut { $0.name == first.name }
            guard let trunk = cut.trunk else { return self }
            var divided = self
            (divided.network, divided.outputs, divided.tail) = (trunk, cut.boundary, cut.tail)
            return divided
        }
    }

    /// The number of values of one picture's features, which the cache keeps.
    package var featureWidth: Int { network.elementCount(of: outputs) }

    /// The number of values that one picture gives.
    package var width: Int { tail?.outputShape.elementCount ?? featureWidth }
}

/// A way of changing pictures at random: what a picture becomes depends on this and its content alone.
package struct Variation: Sendable, Hashable {
    package var augmentation: Augmentation
    package var seed: UInt64
    /// Which of a picture's variants.
    package var number: Int

    /// The variants with this number.
    package init(_ augmentation: Augmentation, seed: UInt64, number: Int) {
        self.augmentation = augmentation
        self.seed = seed
        self.number = number
    }

    /// The random numbers for the picture with this content.
    func generator(for picture: SHA256Digest) -> CounterGenerator {
        CounterGenerator(seed: seed, purpose: "variant/\(number)/\(picture.hexadecimal)")
    }

    /// The parts in one line, the same for equal values only.
    var canonicalText: String { "\(augmentation.canonicalText) seed \(seed) variant \(number)" }
}

/// What of a picture enters a network.
package enum PictureView: Sendable, Hashable {
    /// The picture as its preprocessing shows it.
    case plain
    /// The same, mirrored left to right.
    case mirrored
    /// One of its random variants.
    case varied(Variation)

    /// So many views for a steadier answer: the plain one, the mirrored one, then random light crops, half of
    /// them mirrored, the same at each call.
    package static func several(_ count: Int) -> [PictureView] {
        var crop = Augmentation()
        crop.horizontalFlip = true
        crop.randomResizedCrop = 0.7
        let fixed = [PictureView.plain, .mirrored].prefix(max(count, 1))
        return fixed + (0..<max(count - 2, 0)).map { .varied(Variation(crop, seed: 0, number: $0)) }
    }
}

/// Values from within a network that are kept in the cache on the way, where something later will ask for
/// them.
package struct FeatureTap: Sendable {
    /// The nodes, whose values stand one behind the other.
    package var nodes: [String]
    /// Where they are kept, for each output of a picture, which is of one view then; `nil` where they are
    /// not.
    package var collections: [FeatureCollection?]
    /// The positions of the pictures of which they are kept; all where it is `nil`.
    package var pictures: Set<Int>?

    /// A tap that the network of the runner ``GraftNetworks/Network/stores(_:for:)``.
    package init(_ nodes: [String], into collections: [FeatureCollection?], of pictures: Set<Int>? = nil) {
        self.nodes = nodes
        self.collections = collections
        self.pictures = pictures
    }
}

/// Runs a network over pictures: every core reads, decodes and computes pictures of its own, with no stage
/// that all wait for. What the network gives is cached by the pictures' content where a collection is given.
///
/// It is warm: threads, plans and their memory are made when they are needed first, and stay.
package final class PictureRunner: Sendable {
    /// A picture is done.
    package struct Event: Sendable {
        /// The position of the output: that of the picture, where each has one.
        package var index: Int
        /// What reading the picture showed.
        package var examination: Examination
        /// Whether its features were in the cache.
        package var isCached: Bool
        /// What the network gave for it; `nil` where the picture cannot be used.
        package var output: Tensor?
        /// The features that the answer was made of: where the network has a tail, and looks at one view of
        /// each picture.
        package var features: Tensor?
        /// How many outputs are done, this one included.
        package var done: Int
        /// How many of those were in the cache.
        package var cached: Int
    }

    /// The features of all pictures.
    package struct Result: Sendable {
        /// One row for each output of a picture, those of a picture one behind the other; zeros where it
        /// failed.
        package var features: FeatureMatrix
        /// What reading each picture showed.
        package var examinations: [Examination]
        /// Seconds of reading, decoding and resampling, averaged over the threads.
        package var decodeSeconds: Double
        /// Seconds of computing, averaged over the threads, with making the plan.
        package var trunkSeconds: Double
    }

    private let width: Int
    private let collections: [FeatureCollection]
    private let taps: [FeatureTap]
    private let planning: SharedPlan
    private let workers: WorkerPool<PictureWorker>

    /// A runner.
    ///
    /// - Parameters:
    ///   - collections: where outputs are looked up and kept, for each output of a picture one; empty to
    ///     compute all of them and keep none. Such outputs are of one view each.
    ///   - taps: what else is kept of pictures that are computed.
    ///   - threads: how many pictures are worked on at once.
    ///   - waitingLimit: how many calls may wait for a thread.
    ///   - batch: how many pictures go through the network together.
    package init(
        _ network: PictureNetwork, collections: [FeatureCollection] = [], taps: [FeatureTap] = [],
        threads: Int,
        waitingLimit: Int = .max, batch: MicroBatch = MicroBatch()
    ) {
        width = network.width
        self.collections = collections
        self.taps = taps
        let planning = SharedPlan(network, tapped: taps.flatMap(\.nodes))
        self.planning = planning
        workers = WorkerPool(limit: threads, waitingLimit: waitingLimit) {
            PictureWorker(
                network, collections: collections, taps: taps, planning: planning, batch: batch)
        }
    }

    /// The network's parameters, read once.
    package func parameters() throws -> ParameterStore { try planning.loadedParameters() }

    /// Computes or finds the network's outputs for some pictures, on all threads.
    ///
    /// - Parameters:
    ///   - count: the number of pictures.
    ///   - views: for each output of a picture, the views of it that enter, of which the output is the mean.
    ///   - load: reads the picture at a position; called on several threads at once.
    ///   - onPicture: is told of each output when it is done, in any order, on an unspecified thread.
    /// - Throws: `CancellationError` when the task is cancelled; features computed until then are in the
    ///   cache.
    package func run(
        count: Int, views: [[PictureView]] = [[.plain]],
        load: @Sendable @escaping (Int) -> LoadedPicture,
        onPicture: @Sendable @escaping (Event) -> Void = { _ in }
    ) async throws -> Result {
        precondition(collections.isEmpty || collections.count == views.count, "each output has a collection")
        let shared = SharedPictures(count: count, outputs: views.count, width: width)
        let threads = min(workers.limit, max(count, 1))
        let seconds = try await withThrowingTaskGroup(of: PictureWorker.Seconds.self) { group in
            for _ in 0..<threads {
                group.addTask { [workers] in
                    try await workers.perform {
                        try $0.work(on: shared, views: views, load: load, onPicture: onPicture)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for collection in collections + taps.flatMap({ $0.collections.compactMap(\.self) }) {
            collection.flush()
        }
        try Task.checkCancellation()
        let (features, examinations) = try shared.results(collections)
        return Result(
            features: features, examinations: examinations,
            decodeSeconds: seconds.reduce(0) { $0 + $1.decode } / Double(threads),
            trunkSeconds: seconds.reduce(0) { $0 + $1.trunk } / Double(threads))
    }

    /// Computes or finds the network's outputs for a few pictures on one thread, once one is free.
    ///
    /// - Returns: one event for each output, in their order.
    /// - Throws: `CancellationError` when the task is cancelled.
    package func run(
        _ count: Int, views: [[PictureView]] = [[.plain]], load: @Sendable (Int) -> LoadedPicture
    ) async throws -> [Event] {
        let shared = SharedPictures(count: count, outputs: views.count, width: 0)
        let events = try await workers.perform { worker in
            var events: [Event] = []
            _ = try worker.work(on: shared, views: views, load: load) { events.append($0) }
            return events
        }
        try Task.checkCancellation()
        return events.sorted { $0.index < $1.index }
    }

    /// What the network gives for inputs as it receives them, one at a time.
    ///
    /// - Parameter inputs: [count, height, width, channels].
    package func outputs(for inputs: Tensor) async throws -> [[Float]] {
        try await workers.perform { try $0.outputs(for: inputs) }
    }

    /// Writes what is kept to the disk.
    package func flush() { for collection in collections { collection.flush() } }
}
