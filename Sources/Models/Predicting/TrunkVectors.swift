internal import GraftArchitectures
package import GraftDatasets
package import GraftFiles
package import GraftNetworks
internal import GraftTensors
package import GraftTraining

/// What a network sees in the pictures of a data set: a row of features for each.
package struct TrunkVectors: Sendable {
    private let network: PictureNetwork
    private let collection: FeatureCollection?
    private let embedding: Embedding
    private let view: PictureView
    private let threads: Int

    /// The features of a pretrained network, whose weights are here.
    package init(_ trunk: Trunk, threads: Int, usesCache: Bool = true) throws {
        network = PictureNetwork(
            trunk.network, preprocessing: trunk.preprocessing, precision: trunk.precision
        ) { try trunk.loadParameters() }
        collection = try usesCache ? Self.collection(network, of: trunk) : nil
        embedding = Embedding(features: network)
        view = .plain
        self.threads = threads
    }

    /// The features of a pretrained network, of mirrored pictures; they are not kept.
    package init(mirrored trunk: Trunk, threads: Int) {
        network = PictureNetwork(
            trunk.network, preprocessing: trunk.preprocessing, precision: trunk.precision
        ) { try trunk.loadParameters() }
        (collection, embedding, view) = (nil, Embedding(features: network), .mirrored)
        self.threads = threads
    }

    /// The means of feature maps at several depths of a pretrained network, one behind the other.
    ///
    /// - Parameter network: the trunk with a node for each mean.
    package init(_ trunk: Trunk, depths network: Network, threads: Int, usesCache: Bool = true) throws {
        self.network = PictureNetwork(
            network, outputs: network.outputs, preprocessing: trunk.preprocessing, precision: trunk.precision
        ) { try trunk.loadParameters() }
        collection = try usesCache ? Self.collection(self.network, of: trunk) : nil
        (embedding, view) = (Embedding(features: self.network), .plain)
        self.threads = threads
    }

    private static func collection(_ network: PictureNetwork, of trunk: Trunk) throws -> FeatureCollection {
        try CachedFeatures.cache(home: trunk.home).open(
            FeatureDescription(
                ofTrunk: network, weights: trunk.weights.digest, architecture: trunk.architecture.name))
    }

    /// What the first dense layer of a model reads.
    ///
    /// - Throws: `SettingError` where it has none.
    package init(
        _ model: ModelBundle, threads: Int, usesCache: Bool = true, home: GraftHome = .current
    ) throws {
        var divided = try PictureNetwork(
            model.network, preprocessing: model.preprocessing, precision: try model.precision(nil),
            quantization: model.quantization
        ) { model.parameters }.dividedAtFirstDense
        guard divided.tail != nil else {
            throw SettingError(
                "The model's network", found: "has no dense layer",
                expected: "one, whose input are the features")
        }
        divided.tail = nil
        network = divided
        collection = try usesCache ? model.featureCollection(of: divided, home: home) : nil
        embedding = Embedding(features: divided)
        view = .plain
        self.threads = threads
    }

    /// The number of features of a row.
    package var width: Int { embedding.width }

    /// Computes the rows, or finds them among the cached features.
    ///
    /// - Parameters:
    ///   - isNormalized: whether rows are brought to length 1.
    ///   - onProgress: is told how far the work is, on an unspecified thread.
    /// - Returns: one row a sample; `nil` where it cannot be used; and what reading each showed.
    package func rows(
        of dataset: any Dataset, isNormalized: Bool,
        onProgress: @Sendable @escaping (FeatureProgress) -> Void = { _ in }
    ) async throws -> (rows: [[Float]?], examinations: [Examination]) {
        let runner = PictureRunner(network, collections: collection.map { [$0] } ?? [], threads: threads)
        let (samples, start) = (dataset.samples, ContinuousClock.now)
        let result = try await runner.run(count: samples.count, views: [[view]]) {
            samples[$0].load()
        } onPicture: { event in
            onProgress(
                FeatureProgress(done: event.done, total: samples.count, cached: event.cached, since: start))
        }
        let rows = zip(result.features.allRows, result.examinations).map { values, examination -> [Float]? in
            guard examination.isUsable else { return nil }
            let features = Tensor(values, shape: [values.count])
            return isNormalized ? embedding.vector(features) : embedding.mean(features)
        }
        return (rows, result.examinations)
    }
}
