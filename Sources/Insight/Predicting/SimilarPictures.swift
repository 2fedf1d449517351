package import GraftDatasets
internal import GraftFiles
package import GraftModels
internal import GraftTensors

/// The pictures that a model sees as most alike to one picture.
package struct SimilarPictures: Sendable {
    /// One of them.
    package struct Match: Sendable, Hashable, Encodable {
        /// Its path.
        package var path: String
        /// Its class, classes or numbers in words; `nil` where they are not known.
        package var label: String?
        /// The cosine of the angle between the two vectors: 1 for the same picture.
        package var similarity: Double
    }

    private let predictor: Predictor
    private let vector: [Float]

    /// Looks at the picture that others are compared with.
    ///
    /// - Throws: where it is no picture, or the model has no vector for one.
    package init(_ predictor: Predictor, to picture: Picture) async throws {
        self.predictor = predictor
        guard predictor.embedding != nil else {
            throw SettingError(
                "The model's network", found: "has no dense layer", expected: "one, whose input is compared")
        }
        var found: PictureAnswer?
        for try await answer in predictor.answers(for: [picture]) { found = answer }
        guard let found else { throw CancellationError() }
        _ = try found.outcome.get()
        vector = found.vector ?? []
    }

    /// The nearest ones among the pictures that the model was trained on and keeps.
    ///
    /// - Throws: `SettingError` where it keeps none.
    package func amongTraining(_ count: Int) throws -> [Match] {
        guard let references = predictor.references else {
            throw SettingError(
                "The model", found: "keeps no pictures to compare with", remedy: "Name a folder of pictures")
        }
        return references.nearest(count, to: vector).map { neighbour in
            let entry = references.pictures.entries[neighbour.position]
            return Match(path: entry.path, label: entry.label, similarity: 1 - neighbour.distance)
        }
    }

    /// The nearest ones of a data set, nearest first.
    ///
    /// - Parameter onProgress: is told how many are looked at.
    /// - Returns: them, and what reading each picture showed.
    package func among(
        _ dataset: any Dataset, _ count: Int, onProgress: (_ done: Int) -> Void = { _ in }
    ) async throws -> (matches: [Match], examinations: [Examination]) {
        var (best, examinations): (BestFew<Match>, [Examination]) = (BestFew(count), [])
        try await predictor.answer(dataset.samples) { position, answer in
            examinations.append(answer.examination)
            onProgress(examinations.count)
            guard let other = answer.vector, other.count == vector.count else { return }
            let similarity = Double(min(DotProduct.of(vector, other), 1))
            best.offer(match(dataset, position, similarity), similarity)
        }
        return (best.elements, examinations)
    }

    private func match(_ dataset: any Dataset, _ position: Int, _ similarity: Double) -> Match {
        let sample = dataset.samples[position]
        let isLabelled = !sample.target.classes.isEmpty || !sample.target.numbers.isEmpty
        return Match(
            path: sample.file ?? sample.path, label: isLabelled ? dataset.words(for: sample.target) : nil,
            similarity: similarity)
    }
}
