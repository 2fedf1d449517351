internal import GraftArchitectures
internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

/// How a network is computed in eight bits, found out from some pictures of the data.
///
/// ```swift
/// if case .calibrated = event { print("frozen convolutions run in eight bits") }
/// ```
public struct CalibrationSummary: Sendable, Hashable, Codable {
    /// The number of pictures it was found out from.
    package var pictures: Int
    /// The number of convolutions in eight bits.
    package var convolutions: Int
    /// The number of all convolutions; the others lose too much.
    package var allConvolutions: Int
    /// How far the features are from those in f32: the norm of the difference over their norm.
    package var featureError: Double
    /// How far they are without eight bits.
    package var floatingFeatureError: Double

    init(_ network: CalibratedNetwork) {
        pictures = network.pictures
        convolutions = network.convolutions
        allConvolutions = network.allConvolutions
        featureError = network.error
        floatingFeatureError = network.floatingError
    }
}

extension TrainingSchedule {
    /// The greatest number of pictures that a network is calibrated on.
    private static let calibrationCount = 32

    /// How the trunk is computed in eight bits, where it is to be. It is kept for the next run with these
    /// pictures.
    ///
    /// - Parameters:
    ///   - parameters: those that training starts with.
    ///   - areStandIns: whether they only stand for weights that are not here, so that nothing is kept.
    func calibrated(
        _ parameters: ParameterStore, areStandIns: Bool = false
    ) async throws -> KnownCalibration? {
        guard trunk.precision == .int8, recipe.isPretrained else { return nil }
        let calibrations = KnownCalibrations(of: trunk)
        if usesCache, let known = calibrations.calibration(for: dataset) { return known }
        var digests: [String: String] = [:]
        var pictures: [[Float]] = []
        for index in picturesToTry().prefix(TrainingSchedule.calibrationCount) {
            try Task.checkCancellation()
            let (examination, image) = dataset.samples[index].examine()
            try examination.requireMachine()
            guard let image else { continue }
            digests[dataset.samples[index].keyInTexts] = examination.digest?.hexadecimal
            pictures.append(trunk.preprocessing.tensor(of: image).floats)
        }
        // Without any, training ends before it begins.
        guard !pictures.isEmpty else { return nil }
        let found = try await CalibratedNetwork(
            trunk.network, parameters.subset(for: trunk.network), precision: trunk.precision,
            on: pictures, threads: threads)
        let calibration = KnownCalibration(pictures: digests, network: found)
        if usesCache, !areStandIns { calibrations.keep(calibration) }
        return calibration
    }

    /// Pictures that are not for testing or known to be for validation, in an order that depends on their
    /// paths alone: another picture in the data rarely changes which are the first.
    func picturesToTry() -> [Int] {
        dataset.samples.enumerated().filter(\.element.mayBeTried)
            .map { (order: SHA256Digest(of: $0.element.path).hexadecimal, index: $0.offset) }
            .sorted { $0.order < $1.order }.map(\.index)
    }
}
