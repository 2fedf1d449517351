public import Architectures
public import Execution
public import Files
public import Images
package import Networks
internal import Tensors

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A frozen trunk and all that its features depend on.
public struct Trunk: Sendable {
    /// The architecture that it is made of.
    public let architecture: Architecture
    /// The weights that it runs with.
    public let weights: NetworkWeights
    /// How pictures become its input.
    public let preprocessing: Preprocessing
    /// The arithmetic that its features are computed in.
    public let precision: Precision
    /// Everything up to the pooled features.
    package let network: Network
    /// Where the weights are.
    package let home: GraftHome
    /// The entries of a user's weight file that no part of the network takes.
    public let unusedEntries: [String]
    private let loaded: ParameterStore?

    /// The trunk of a network.
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - weightsFile: a file of weights for the network, read at once; the published weights, read when they are needed, where it is `nil`.
    ///   - inputSize: the height and width that pictures are scaled to, in pixels; the published one where it is `nil`.
    ///   - precision: the arithmetic; the faster one on this processor where it is `nil`.
    ///   - home: where the published weights and cached features are.
    /// - Throws: `NetworkError` where the size is too small, `ImageError` where it is too large; where the file cannot be read or does not
    ///   fit, or nothing was published.
    public init(
        _ architecture: Architecture, weightsFile: String? = nil, inputSize: Int? = nil,
        precision: Precision? = nil,
        home: GraftHome = .current
    ) throws {
        let size = inputSize ?? architecture.nativeSize
        self.architecture = architecture
        weights = try NetworkWeights(for: architecture, file: weightsFile)
        preprocessing = try weights.preprocessing(height: size, width: size)
        self.precision = precision ?? .automatic
        try self.precision.requireSupport()
        network = try architecture.network(height: size, width: size, includeTop: false)
        self.home = home
        // A file that does not fit is told before any picture is read.
        let file = weightsFile == nil ? nil : try weights.load(for: network, home: home)
        loaded = file?.parameters
        unusedEntries = file?.report.unused ?? []
    }

    /// Reads the parameters, where that has not been done.
    ///
    /// - Throws: where the weights are missing, cannot be read or do not fit.
    package func loadParameters() throws -> ParameterStore {
        try loaded ?? weights.load(for: network, home: home).parameters
    }

    /// A short name: "efficientnet_lite0 224 px bf16".
    package var title: String { "\(architecture.name) \(preprocessing.width) px \(precision.rawValue)" }
}

extension FeatureDescription {
    /// What the features of a frozen trunk depend on.
    package init(
        ofTrunk trunk: PictureNetwork, weights: SHA256Digest, architecture: String, variation: Variation? = nil
    ) {
        self.init(
            title: "\(architecture) \(trunk.preprocessing.width) px \(trunk.precision.rawValue)",
            parts: [
                "network": trunk.network.canonicalText,
                "weights": weights.hexadecimal,
                "preprocessing": trunk.preprocessing.canonicalText,
                "precision": trunk.precision.rawValue,
                "outputs": trunk.outputs.joined(separator: " "),
                "variation": variation?.canonicalText ?? "none",
            ], shape: [trunk.width], elementType: .float32)
    }
}

extension Network {
    /// Nodes and operations in a text that is the same for equal networks only.
    fileprivate var canonicalText: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only numbers that JSON has no form for could fail to be encoded, and no network has any.
        let data = (try? encoder.encode(self)) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}
