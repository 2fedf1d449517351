internal import Architectures
internal import Datasets
internal import Execution
internal import Files
internal import Images
internal import Networks
internal import Tensors
internal import Training

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

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
    private static let calibrationVersion = 1

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
        let store = CalibrationStore(trunk.home)
        if usesCache, let known = store.calibrated(key) { return known }
        let pictures = try samples.compactMap { sample in
            try Task.checkCancellation()
            return sample.decode().image.map { trunk.preprocessing.tensor(of: $0).floats }
        }
        // Without any, training ends before it begins.
        guard !pictures.isEmpty else { return nil }
        let found = try await CalibratedNetwork(
            trunk.network, parameters.subset(for: trunk.network), precision: trunk.precision,
            on: pictures, threads: threads)
        if usesCache { store.keep(found, key) }
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

/// What calibration found, in files of the home folder. What cannot be read or written is found out again.
private struct CalibrationStore {
    private let folder: String

    init(_ home: GraftHome) { folder = home.calibrations }

    private func path(_ key: SHA256Digest) -> String { "\(folder)/\(key.hexadecimal).json" }

    func calibrated(_ key: SHA256Digest) -> CalibratedNetwork? {
        guard let bytes = try? FileContents.read(path(key)) else { return nil }
        return try? JSONDecoder().decode(CalibratedNetwork.self, from: Data(bytes))
    }

    func keep(_ network: CalibratedNetwork, _ key: SHA256Digest) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(network), let file = try? FileReplacement(path(key)) else {
            return
        }
        try? file.write(Array(data))
        try? file.commit()
    }
}
