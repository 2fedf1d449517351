internal import GraftDatasets
internal import GraftFiles
internal import GraftImages
internal import GraftModels
internal import GraftTraining

/// Compares what another program answers with what the model does: no exported file takes its place before.
struct ExportGate {
    /// That answers are alike.
    struct Proof {
        /// What answered.
        var reader: String
        /// The greatest difference of an answer; of numbers in their standard deviations.
        var drift: Double
        /// How many pictures were compared.
        var pictures: Int
    }

    let model: ModelBundle
    /// How far answers may differ.
    let tolerance: Double
    /// What to do where they differ by more; `nil` where nothing helps.
    let remedy: Remedy?

    /// Compares the answers to the pictures that the model keeps, and to others.
    ///
    /// - Parameters:
    ///   - shown: the file's name, for errors.
    ///   - ask: gives the other program's name, and its answers to pictures as the network sees them.
    /// - Throws: ``ExportError`` where answers differ by more than the tolerance.
    func prove(
        _ shown: String, pictures: [Picture],
        ask: ([PixelImage]) async throws -> (reader: String, answers: [[Float]])
    ) async throws -> Proof {
        var views = model.goldenViews
        for picture in pictures {
            guard let image = picture.load().decode().image else { continue }
            views.append(model.preprocessing.view(of: image))
        }
        let expected = try await model.answers(toViews: views)
        let (name, answers) = try await ask(views)
        var drift = 0.0
        for (own, other) in zip(expected, answers) {
            guard own.count == other.count else {
                throw ExportError(
                    shown, found: "gives \(other.count) numbers a picture in \(name)",
                    expected: "\(own.count)")
            }
            for (position, (left, right)) in zip(own, other).enumerated() {
                let unit = model.standardization?.deviation[position] ?? 1
                let difference = abs(Double(left) - Double(right)) / unit
                drift = difference.isNaN ? .infinity : max(drift, difference)
            }
        }
        guard answers.count == expected.count, drift <= tolerance else {
            throw ExportError(
                shown, found: "answers otherwise in \(name): by \(drift) at most on \(views.count) pictures",
                expected: "at most \(tolerance)", remedy: remedy)
        }
        return Proof(reader: name, drift: drift, pictures: views.count)
    }
}
