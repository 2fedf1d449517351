internal import GraftDatasets
internal import GraftFiles
internal import GraftImages
internal import GraftTensors
internal import GraftTraining

extension TrainingSchedule {
    /// The most validation pictures that a distance is measured of.
    private static let distanceCount = 2000
    /// The most probabilities that are held at a time.
    private static let probabilityLimit = 50_000_000

    /// What a trained model says of pictures when it looks at them once more.
    struct Look {
        /// Some training pictures as the model sees them, and how far validation pictures are from these; `nil` where the
        /// model has no vector for a picture.
        var references: ReferencePictures?
        /// The class of each validation picture that has one, and the probabilities that the model gives.
        var answers: [(label: Int, probabilities: [Float])] = []
    }

    /// Looks at some training pictures and at those for validation.
    func look(
        at model: ModelBundle, training: [Int], validation: [Int],
        onEvent: @Sendable @escaping (TrainingEvent) -> Void
    ) async throws -> Look {
        guard let embedding = try model.embedding else { return Look() }
        let known = ReferenceSample.evenly(training, count: ReferencePictures.limit)
        let isSmall =
            validation.count.multiplied(checked: dataset.classes.count).map { $0 <= Self.probabilityLimit }
            ?? false
        let judged = isSmall ? validation : ReferenceSample.evenly(validation, count: Self.distanceCount)
        let measured = Set(ReferenceSample.evenly(judged, count: Self.distanceCount))
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
        guard !entries.isEmpty else { return Look() }
        var references = ReferencePictures(
            entries: entries, vectors: Tensor(halvesOf: vectors, shape: [entries.count, embedding.width]),
            distances: [], scores: [])
        let index = ReferenceIndex(references)
        var look = Look()
        for (picture, answer) in zip(judged, answers.dropFirst(known.count)) {
            if measured.contains(picture), let distance = answer.vector.flatMap(index.distance) {
                references.distances.append(Float(distance))
            }
            if dataset.task.rules.classesPerPicture == .one,
                let label = dataset.samples[picture].target.classes.first,
                let outputs = answer.answer?.outputs
            {
                look.answers.append((label, outputs))
            }
        }
        references.distances.sort()
        references.scores = look.answers.map { 1 - $0.probabilities[$0.label] }.sorted()
        look.references = references
        return look
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
