internal import GraftImages
internal import GraftNetworks
internal import GraftTraining

/// Whether mirrored pictures still show what they are called, as far as a model can tell.
///
/// ```swift
/// if case .flipTested(let test) = event { print(test.isHarmful) }
/// ```
public struct FlipTest: Sendable, Hashable, Codable {
    /// The number of validation pictures; about half of them are mirrored.
    public var pictures: Int
    /// The number that the model names right as they are, and wrong with the others mirrored.
    public var lost: Int
    /// The number that it names wrong as they are, and right with the others mirrored.
    public var won: Int

    /// Compares which pictures are right as they are, and with half of them mirrored.
    init(_ plain: [Bool], _ mirrored: [Bool]) {
        pictures = plain.count
        lost = zip(plain, mirrored).count { $0 && !$1 }
        won = zip(plain, mirrored).count { !$0 && $1 }
    }

    /// Whether more are lost than chance can well explain: more than two standard errors of their number (McNemar,
    /// 1947).
    public var isHarmful: Bool { Double(lost - won) > 2 * Double(lost + won).squareRoot() }
}

extension TrainingRun {
    /// Asks the model, as it is now, for the validation pictures, as they are and with half of them mirrored.
    ///
    /// - Returns: `nil` where a picture has any number of classes, or nothing of the model is frozen.
    mutating func testFlip() async throws -> FlipTest? {
        guard let position = lastKept else { return nil }
        var augmentation = Augmentation()
        augmentation.horizontalFlip = true
        let variation = Variation(augmentation, seed: schedule.seed, number: 0)
        let tail = try parameters.values.subset(for: plans[position].cut.tail)
        guard
            let mirrored = try await frozen.features(
                ofStage: position, parameters, variation, of: validation)
        else { return nil }
        let plain = try await trainer(position).evaluate(tail, validation).hits
        let source = CachedBoundary(mirrored, of: validation)
        let hits = try await schedule.trainer(
            plans[position], on: source, training: training, standardization
        ).evaluate(tail, validation).hits
        return plain.isEmpty ? nil : FlipTest(plain, hits)
    }
}
