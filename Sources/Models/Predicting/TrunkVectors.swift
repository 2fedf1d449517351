internal import GraftArchitectures
package import GraftDatasets
internal import GraftFiles
internal import GraftTensors
package import GraftTraining

/// What a pretrained network sees in the pictures of a data set: a vector of length 1 for each.
package enum TrunkVectors {
    /// Computes the vectors, or finds them among the cached features.
    ///
    /// - Parameters:
    ///   - trunk: the network, whose weights are here.
    ///   - onProgress: is told how far the work is, on an unspecified thread.
    /// - Returns: one vector a sample; `nil` where it cannot be used.
    package static func compute(
        _ dataset: any Dataset, trunk: Trunk, threads: Int, usesCache: Bool = true,
        onProgress: @Sendable @escaping (FeatureProgress) -> Void = { _ in }
    ) async throws -> [[Float]?] {
        let network = PictureNetwork(
            trunk.network, preprocessing: trunk.preprocessing, precision: trunk.precision
        ) { try trunk.loadParameters() }
        let collection =
            try usesCache
            ? CachedFeatures.cache(home: trunk.home).open(
                FeatureDescription(
                    ofTrunk: network, weights: trunk.weights.digest, architecture: trunk.architecture.name))
            : nil
        let runner = PictureRunner(network, collections: collection.map { [$0] } ?? [], threads: threads)
        let (samples, start) = (dataset.samples, ContinuousClock.now)
        let result = try await runner.run(count: samples.count) {
            samples[$0].load()
        } onPicture: { event in
            onProgress(
                FeatureProgress(done: event.done, total: samples.count, cached: event.cached, since: start))
        }
        return zip(result.features.allRows, result.examinations).map { values, examination in
            guard examination.isUsable else { return nil }
            let length = values.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            return length > 0 && length.isFinite ? values.map { $0 / length } : nil
        }
    }
}
