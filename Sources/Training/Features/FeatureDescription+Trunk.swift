internal import GraftExecution
package import GraftFiles
internal import GraftImages
package import GraftNetworks
internal import GraftTensors

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The versions of what turns a picture's file into features.
///
/// A part's version rises by one with each change of it that can give another number for the same picture: then
/// features that were kept before are not found any more, and are computed again. Version 1 is what there was when
/// versions came; it stands in no key.
enum FeatureProducers {
    /// Reading a file into pixels (`Images`, libvips).
    static let decoder = 1
    /// Bringing pixels to a network's size and range (`Images`).
    static let resampler = 1
    /// Computing what a network gives (`Execution`).
    static let kernels = 1

    /// What a key says of them; `nil` where all are of version 1.
    static var text: String? { text([("decoder", decoder), ("resampler", resampler), ("kernels", kernels)]) }

    /// What a key says of parts with these versions.
    static func text(_ parts: [(name: String, version: Int)]) -> String? {
        let risen = parts.filter { $0.version > 1 }
        return risen.isEmpty ? nil : risen.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    }
}

extension FeatureDescription {
    /// What the features of a frozen trunk depend on.
    package init(
        ofTrunk trunk: PictureNetwork, weights: SHA256Digest, architecture: String,
        variation: Variation? = nil
    ) {
        var title = "\(architecture) \(trunk.preprocessing.width) px \(trunk.precision.rawValue)"
        if let last = trunk.outputs.last, last != "features" { title += ", up to \(last)" }
        if let variation { title += ", variant \(variation.number + 1)" }
        // Eight bits mean the same on the same grids only.
        let grids = trunk.quantization.map { "\n" + $0.canonicalText } ?? ""
        // Graft once rounded otherwise.
        let rounding = trunk.precision == .float32 ? "" : ", the sums of filters kept"
        // Where nothing has changed since features were first kept, nothing is said, so that these stay good.
        let versions = FeatureProducers.text.map { "\n\($0)" } ?? ""
        self.init(
            title: title,
            parts: [
                "network": trunk.network.canonicalText,
                "weights": weights.hexadecimal,
                "preprocessing": trunk.preprocessing.canonicalText,
                "precision": trunk.precision.rawValue + rounding + grids,
                "outputs": trunk.outputs.joined(separator: " "),
                "variation": (variation?.canonicalText ?? "none") + versions,
            ], shape: [trunk.featureWidth], elementType: .float32)
    }
}

extension FeatureDescription {
    /// So many numbers that decoding a picture gives, whatever network is to see it.
    package init(ofDecoding title: String, count: Int) {
        self.init(
            title: title, parts: ["decoding": title, "decoder": "\(FeatureProducers.decoder)"],
            shape: [count], elementType: .float32)
    }
}

extension Network {
    /// Nodes and operations in a text that is the same for equal networks only.
    package var canonicalText: String {
        let encoder = JSONEncoder.ofEveryNumber()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every value of a network has a form in JSON. A text of no network in particular would make features of
        // one count as those of another.
        guard let data = try? encoder.encode(self) else { preconditionFailure("a network cannot be encoded") }
        return String(decoding: data, as: UTF8.self)
    }
}
