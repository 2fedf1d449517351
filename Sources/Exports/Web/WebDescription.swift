internal import GraftDatasets
internal import GraftModels
internal import GraftTensors

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What the web page needs besides the network.
struct WebDescription: Encodable {
    /// Training pictures as the model sees them, to tell what is unlike all of them.
    private struct References: Encodable {
        var count: Int
        var width: Int
        /// How many of the nearest ones a picture's distance is the mean over.
        var k: Int
        /// Beyond this distance a picture is unlike all of them.
        var threshold: Double
        /// Halves, [count, width], in base64.
        var vectors: String
    }

    private var task: String
    private var labels: [String]
    private var references: References?

    /// - Parameter limit: the most training pictures that are kept.
    init(_ model: ModelBundle, references limit: Int) {
        task = model.task.name
        labels = model.classes
        guard let known = model.references?.thinned(to: limit), let threshold = known.threshold else {
            return
        }
        references = References(
            count: known.pictures.entries.count, width: known.pictures.width,
            k: ReferencePictures.neighbourCount, threshold: threshold,
            vectors: unsafe known.pictures.vectors.withUnsafeBytes { unsafe Data($0) }.base64EncodedString())
    }

    /// The text; equal models give equal ones.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
