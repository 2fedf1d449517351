package import GraftExecution
package import GraftFiles
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

    /// The number of values that one picture gives.
    package var width: Int { network.elementCount(of: outputs) }
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

/// Runs a network over many pictures: every core reads, decodes and computes pictures of its own, with no
/// stage that all wait for. What the network gives (features, probabilities) is cached by the pictures'
/// content where a collection is given.
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
        /// The position of the output: that of the picture, where each has one.
        package var index: Int
        package var outcome: Outcome
        /// What the network gave for it; `nil` where it failed.
        package var output: Tensor?
        /// How many outputs are done, this one included.
        package var done: Int
        /// How many of those were in the cache.
        package var cached: Int
        /// How many there are in all.
        package var total: Int
    }

    /// The features of all pictures.
    package struct Result: Sendable {
        /// One row for each output of a picture, those of a picture one behind the other; zeros where it
        /// failed.
        package var features: FeatureMatrix
        package var outcomes: [Outcome]
        /// Seconds of reading, decoding and resampling, averaged over the threads.
        package var decodeSeconds: Double
        /// Seconds of computing, averaged over the threads, with making the plan.
        package var trunkSeconds: Double
    }

    private let network: PictureNetwork
    private let collections: [FeatureCollection]
    private let taps: [FeatureTap]
    private let threads: Int
    private let batch: MicroBatch
    private let planning: SharedPlan

    /// A runner.
    ///
    /// - Parameters:
    ///   - collections: where outputs are looked up and kept, for each output of a picture one; empty to
    ///     compute all of them and keep none.
    ///   - taps: what else is kept of pictures that are computed.
    ///   - threads: how many pictures are worked on at once.
    ///   - batch: how many pictures go through the network together.
    package init(
        _ network: PictureNetwork, collections: [FeatureCollection], taps: [FeatureTap] = [], threads: Int,
        batch: MicroBatch = MicroBatch()
    ) {
        self.network = network
        self.collections = collections
        self.taps = taps
        self.threads = max(threads, 1)
        self.batch = batch
        planning = SharedPlan(network, tapped: taps.flatMap(\.nodes))
    }

    /// The network's parameters, read once.
    package func parameters() throws -> ParameterStore { try planning.loadedParameters() }

    /// Computes or finds the network's outputs for `count` pictures.
    ///
    /// - Parameters:
    ///   - views: for each output of a picture, the views of it that enter, of which the output is the mean.
    ///   - load: reads the picture at a position; called on several threads at once. What it throws becomes
    ///     that picture's outcome.
    ///   - onPicture: is told of each picture when it is done, in any order, on an unspecified thread.
    /// - Throws: `CancellationError` when the task is cancelled; features computed until then are in the
    ///   cache.
    package func run(
        count: Int, views: [[PictureView]] = [[.plain]],
        load: @Sendable @escaping (Int) throws -> LoadedPicture,
        onPicture: @Sendable @escaping (Event) -> Void
    ) async throws -> Result {
        precondition(collections.isEmpty || collections.count == views.count, "each output has a collection")
        let shared = SharedPictures(count: count, outputs: views.count, width: network.width)
        let workers = min(threads, max(count, 1))
        let seconds = try await withThrowingTaskGroup(of: PictureWorker.Seconds.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    let worker = try await PlanWorker(threads: 1) {
                        PictureWorker(
                            network, views: views, collections: collections, taps: taps,
                            planning: planning, batch: batch)
                    }
                    return try await worker.perform { state in
                        try state.work(on: shared, load: load, onPicture: onPicture)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for collection in collections + taps.flatMap({ $0.collections.compactMap(\.self) }) {
            collection.flush()
        }
        try Task.checkCancellation()
        let (features, outcomes) = try shared.results(collections)
        return Result(
            features: features, outcomes: outcomes,
            decodeSeconds: seconds.reduce(0) { $0 + $1.decode } / Double(workers),
            trunkSeconds: seconds.reduce(0) { $0 + $1.trunk } / Double(workers))
    }
}
