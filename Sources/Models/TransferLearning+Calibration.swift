internal import Architectures
internal import Datasets
internal import Execution
internal import Files
internal import Images
internal import Networks
internal import Tensors
internal import Training

/// How a network is computed in eight bits, found out from some pictures of the data.
public struct CalibrationSummary: Sendable, Hashable, Codable {
    /// The number of pictures it was found out from.
    public var pictures: Int
    /// The number of convolutions in eight bits.
    public var convolutions: Int
    /// The number of all convolutions; the others lose too much.
    public var allConvolutions: Int
    /// How far the features are from those in f32: the norm of the difference over their norm.
    public var featureError: Double
    /// How far they are without eight bits.
    public var floatingFeatureError: Double

    init(_ network: CalibratedNetwork) {
        pictures = network.pictures
        convolutions = network.convolutions
        allConvolutions = network.allConvolutions
        featureError = network.error
        floatingFeatureError = network.floatingError
    }
}

extension TransferLearning {
    /// The greatest number of pictures that a network is calibrated on.
    private static let calibrationCount = 32
    /// Raised whenever the same pictures would give something else.
    private static let calibrationVersion = 2

    /// How the trunk is computed in eight bits, where it is to be. It is kept for the next run with these pictures.
    ///
    /// - Parameter parameters: those that training starts with.
    func calibrated(_ parameters: ParameterStore) async throws -> CalibratedNetwork? {
        guard trunk.precision == .int8, recipe.isPretrained else { return nil }
        let samples = calibrationSamples().map { $0.load() }
        let key = SHA256Digest(
            of: """
                calibration \(TransferLearning.calibrationVersion), \(CalibratedNetwork.allowedError) allowed
                rest: \(trunk.precision.floating.rawValue)
                network: \(trunk.network.canonicalText)
                weights: \(trunk.weights.digest.hexadecimal)
                preprocessing: \(trunk.preprocessing.canonicalText)
                pictures: \(samples.compactMap(\.examination.digest?.hexadecimal).joined(separator: " "))
                """)
        let findings = HomeFindings<CalibratedNetwork>(in: trunk.home.calibrations)
        if usesCache, let known = findings.finding(key) { return known }
        let pictures = try samples.compactMap { sample in
            try Task.checkCancellation()
            return sample.decode().image.map { trunk.preprocessing.tensor(of: $0).floats }
        }
        // Without any, training ends before it begins.
        guard !pictures.isEmpty else { return nil }
        let found = try await CalibratedNetwork(
            trunk.network, parameters.subset(for: trunk.network), precision: trunk.precision,
            on: pictures, threads: threads)
        if usesCache { findings.keep(found, key) }
        return found
    }

    /// Pictures that are not for testing or known to be for validation. Which ones depends on their paths alone, so that another picture in
    /// the data changes them rarely.
    private func calibrationSamples() -> [Sample] {
        dataset.samples.filter { $0.part != .validation && $0.part != .test }
            .map { (order: SHA256Digest(of: $0.path).hexadecimal, sample: $0) }
            .sorted { $0.order < $1.order }.prefix(TransferLearning.calibrationCount).map(\.sample)
    }
}
