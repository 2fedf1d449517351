package import GraftDatasets
package import GraftFiles
internal import GraftTraining

extension Predictor {
    /// A predictor with a trained model that finds features of pictures that were looked at before, and keeps those of
    /// others.
    ///
    /// - Throws: `SettingError` where a setting cannot be, or the model was not calibrated for the precision.
    package convenience init(
        _ model: ModelBundle, settings: Settings, keepingFeaturesIn home: GraftHome
    ) throws {
        try self.init(model, settings: settings) { try model.featureCollection(of: $0, home: home) }
    }

    /// Answers labelled pictures, some ahead of what is asked for.
    ///
    /// - Parameter onAnswer: is given the answers in the pictures' order, each with the picture's position.
    /// - Throws: `CancellationError` when the task is cancelled, and what stops all answers.
    package func answer(_ samples: [Sample], onAnswer: (Int, PictureAnswer) throws -> Void) async throws {
        var next = stride(from: 0, to: samples.count, by: chunk)
            .map { Array(samples[$0..<min($0 + chunk, samples.count)]) }.makeIterator()
        let work = WorkAhead(limit: ahead) {
            next.next().map { group in Task { try await self.answers(to: group) } }
        }
        var position = 0
        while let answers = try await work.next() {
            for answer in answers {
                try onAnswer(position, answer)
                position += 1
            }
        }
        flush()
    }
}

extension ModelBundle {
    /// Where what a part of its network gives for pictures is kept.
    func featureCollection(of network: PictureNetwork, home: GraftHome) throws -> FeatureCollection {
        try CachedFeatures.collection(
            of: network, parameters, changed: trainedNodes, architecture: self.trunk.architecture,
            publishedDigest: self.trunk.weightsDigest, home: home)
    }
}
