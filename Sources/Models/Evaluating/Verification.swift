public import GraftExecution
internal import GraftTensors
internal import GraftTraining

/// What computing a model's golden examples again showed.
///
/// ```swift
/// if try await !model.verify().isMet { print("this machine computes something else") }
/// ```
public struct Verification: Sendable, Hashable, Codable {
    /// The number of examples.
    package var examples: Int
    /// The greatest difference of a probability from what was saved; of a number, in its standard deviations.
    public var largestDifference: Double
    /// What it may be: arithmetic in another precision, or on another processor, rounds differently.
    package var tolerance: Double
    /// The number of examples whose most probable class is another one than was saved, though it was not
    /// nearly a tie; 0 where pictures are not of one class each.
    package var changedClasses: Int
    /// The precision that the examples were saved in.
    package var savedPrecision: Precision
    /// The precision that they were computed in now.
    package var precision: Precision

    /// Whether the model computes here what it computed where it was saved.
    public var isMet: Bool { largestDifference <= tolerance && changedClasses == 0 }
}

extension ModelBundle {
    /// Computes the golden examples again and compares.
    ///
    /// - Parameter precision: the arithmetic; where it is `nil`, the one that predictions use on this
    ///   processor.
    public func verify(precision: Precision? = nil) async throws -> Verification {
        var settings = Predictor.Settings()
        settings.precision = precision
        settings.threads = 1
        let predictor = try Predictor(self, settings: settings)
        let precision = predictor.precision
        let outputs = try await predictor.outputs(for: golden.inputs).flatMap { $0 }
        let saved = golden.outputs.floats
        var result = Verification(
            examples: golden.count, largestDifference: 0,
            tolerance: precision == .float32 && golden.precision == .float32 ? 1e-3 : 0.05, changedClasses: 0,
            savedPrecision: golden.precision, precision: precision)
        for (index, (now, before)) in zip(outputs, saved).enumerated() {
            let unit = (self.standardization?.deviation[index % self.classes.count]).map { Float($0) } ?? 1
            // A probability that is not a number differs from everything.
            let difference = Double(abs(now - before) / unit)
            result.largestDifference =
                difference.isNaN ? .infinity : max(result.largestDifference, difference)
        }
        guard predictor.rules.namesOneClass else { return result }
        for start in stride(from: 0, to: saved.count, by: self.classes.count) {
            let range = start..<start + self.classes.count
            guard let before = range.max(by: { saved[$0] < saved[$1] }),
                let now = range.max(by: { outputs[$0] < outputs[$1] })
            else { continue }
            if now != before, Double(saved[before] - saved[now]) > 2 * result.tolerance {
                result.changedClasses += 1
            }
        }
        return result
    }
}
