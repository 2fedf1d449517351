package import GraftDatasets
internal import GraftFiles
package import GraftModels
internal import GraftTensors
internal import GraftTraining

/// The pictures that a model learns most from when they are labelled next: it is unsure of them, and they are unlike each
/// other and those that it was trained on.
///
/// Of the pictures that it is least sure of, ten times as many as are wanted, each next one is the one that lies furthest
/// from all that are chosen (Sener and Savarese, 2018), its distance multiplied by how unsure the model is.
package struct PicturesToLabel: Sendable {
    /// One of them.
    package struct Choice: Sendable, Hashable, Encodable {
        package var path: String
        /// The most probable class.
        package var label: String
        package var probability: Double
        /// How unsure the model is: 0 where it is sure of one class, 1 where the two most probable ones are as
        /// probable; where pictures have any number of classes, of the class that it is least sure of.
        package var uncertainty: Double
    }

    /// A picture that may be chosen.
    struct Candidate {
        var path: String
        var label: String
        var probability: Double
        var uncertainty: Double
        var vector: [Float]
    }

    /// Chooses among the pictures of a data set, whose labels are not looked at.
    ///
    /// - Parameters:
    ///   - count: how many are wanted.
    ///   - onProgress: is told how many are looked at.
    /// - Returns: the most useful one first, and what reading each picture showed.
    /// - Throws: `SettingError` where the model tells numbers.
    package static func choose(
        _ count: Int, of dataset: any Dataset, by predictor: Predictor,
        onProgress: (_ done: Int) -> Void = { _ in }
    ) async throws -> (choices: [Choice], examinations: [Examination]) {
        guard predictor.task.rules.hasClasses else {
            throw SettingError(
                "The model", found: "tells numbers, and not how sure it is of them",
                expected: "a model of classes")
        }
        let isOneOfAll = predictor.task.rules.classesPerPicture == .one
        var (candidates, examinations): ([Candidate], [Examination]) = ([], [])
        try await predictor.answer(dataset.samples) { position, answer in
            examinations.append(answer.examination)
            onProgress(examinations.count)
            guard let found = answer.answer, let best = found.best else { return }
            candidates.append(
                Candidate(
                    path: dataset.samples[position].file ?? dataset.samples[position].path, label: best.label,
                    probability: best.probability,
                    uncertainty: uncertainty(found.outputs, isOneOfAll: isOneOfAll),
                    vector: answer.vector ?? []))
        }
        let references = predictor.references
        let chosen = chosen(count, of: candidates) { references?.nearest(1, to: $0).first?.distance }
        return (chosen, examinations)
    }

    /// How unsure a model is that gives these probabilities.
    static func uncertainty(_ probabilities: [Float], isOneOfAll: Bool) -> Double {
        guard isOneOfAll else {
            return Double(probabilities.map { 1 - abs(2 * $0 - 1) }.max() ?? 0)
        }
        let sorted = probabilities.sorted(by: >)
        guard sorted.count > 1 else { return 0 }
        return Double(1 - (sorted[0] - sorted[1]))
    }

    /// So many times as many pictures are looked at as are wanted.
    private static let poolFactor = 10

    /// - Parameter known: the distance of a vector from those that the model was trained on.
    static func chosen(
        _ count: Int, of candidates: [Candidate], known: ([Float]) -> Double?
    ) -> [Choice] {
        let order = candidates.indices.sorted {
            (candidates[$0].uncertainty, $1) > (candidates[$1].uncertainty, $0)
        }
        let pool = order.prefix(max(count, 1) * poolFactor).map { candidates[$0] }
        // The distance from all that are chosen; 1 lies at a right angle.
        var distances = pool.map { known($0.vector) ?? 1 }
        var isChosen = [Bool](repeating: false, count: pool.count)
        var choices: [Choice] = []
        while choices.count < min(count, pool.count) {
            let open = pool.indices.filter { !isChosen[$0] }
            guard
                let next = open.max(by: {
                    (value($0, pool, distances), $1) < (value($1, pool, distances), $0)
                })
            else { break }
            isChosen[next] = true
            let picture = pool[next]
            choices.append(
                Choice(
                    path: picture.path, label: picture.label, probability: picture.probability,
                    uncertainty: picture.uncertainty))
            for index in open where pool[index].vector.count == picture.vector.count {
                let distance = Double(max(1 - DotProduct.of(pool[index].vector, picture.vector), 0))
                distances[index] = min(distances[index], distance)
            }
        }
        return choices
    }

    private static func value(_ index: Int, _ pool: [Candidate], _ distances: [Double]) -> Double {
        pool[index].uncertainty * distances[index]
    }
}
