internal import GraftDatasets
internal import GraftFiles
internal import GraftImages
internal import GraftTensors
internal import GraftTraining

extension TrainingSchedule {
    /// The most validation pictures that a distance is measured of.
    private static let distanceCount = 2000

    /// Some training pictures as the model sees them, and how far validation pictures are from these.
    ///
    /// - Returns: `nil` where the model has no vector for a picture.
    func references(
        for model: ModelBundle, training: [Int], validation: [Int],
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> ReferencePictures? {
        guard let embedding = try model.embedding else { return nil }
        let known = ReferenceSample.evenly(training, count: ReferencePictures.limit)
        let judged = ReferenceSample.evenly(validation, count: Self.distanceCount)
        var settings = Predictor.Settings()
        (settings.threads, settings.rejects, settings.precision) = (threads, false, model.trunk.precision)
        let predictor = try Predictor(model, settings: settings) { network in
            try usesCache ? model.featureCollection(of: network, home: trunk.home) : nil
        }
        let start = ContinuousClock.now
        let samples = (known + judged).map { dataset.samples[$0] }
        var (answers, cached): ([PictureAnswer], Int) = ([], 0)
        try await predictor.answer(samples) { _, answer in
            answers.append(answer)
            if answer.isCached { cached += 1 }
            guard cached < answers.count else { return }
            onEvent(
                .references(
                    FeatureProgress(
                        done: answers.count, total: samples.count, cached: cached, since: start)))
        }
        var entries: [ReferencePictures.Entry] = []
        var vectors: [Float] = []
        for (sample, answer) in zip(samples, answers).prefix(known.count) {
            guard let vector = answer.vector else { continue }
            entries.append(
                ReferencePictures.Entry(path: sample.path, label: dataset.words(for: sample.target)))
            vectors += vector
        }
        guard !entries.isEmpty else { return nil }
        var references = ReferencePictures(
            entries: entries, vectors: Tensor(halvesOf: vectors, shape: [entries.count, embedding.width]),
            distances: [], scores: [])
        let index = ReferenceIndex(references)
        for (sample, answer) in zip(samples, answers).dropFirst(known.count) {
            if let distance = answer.vector.flatMap(index.distance) {
                references.distances.append(Float(distance))
            }
            if dataset.task.rules.classesPerPicture == .one, let label = sample.target.classes.first,
                let outputs = answer.answer?.outputs
            {
                references.scores.append(1 - outputs[label])
            }
        }
        references.distances.sort()
        references.scores.sort()
        return references
    }
}

/// Which of many pictures are taken where all are too many.
enum ReferenceSample {
    /// At most so many, at even distances: pictures of a class stand together.
    static func evenly(_ pictures: [Int], count: Int) -> [Int] {
        guard pictures.count > count else { return pictures }
        return (0..<count).map { pictures[$0 * pictures.count / count] }
    }
}
