internal import GraftDatasets
internal import GraftFiles
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `bundle.json`: the format's version, the network and all that a model's description says.
struct BundleDescription: Codable {
    var network: NetworkDescription
    var model: ModelDescription

    /// The description of a model.
    init(_ model: ModelBundle) {
        network = NetworkDescription(model.network)
        self.model = model.description
    }

    /// A description of these parts.
    init(_ network: NetworkDescription, _ model: ModelDescription) {
        self.network = network
        self.model = model
    }

    private enum Key: String, CodingKey {
        case formatVersion, network
    }

    /// Reads today's format.
    init(from decoder: any Decoder) throws {
        network = try decoder.container(keyedBy: Key.self).decode(NetworkDescription.self, forKey: .network)
        model = try ModelDescription(from: decoder)
    }

    /// Writes everything side by side into one object.
    func encode(to encoder: any Encoder) throws {
        try model.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(ModelBundle.formatVersion, forKey: .formatVersion)
        try container.encode(network, forKey: .network)
    }

    /// What every format has, older or newer.
    private struct Header: Decodable {
        var formatVersion: Int
        var graftVersion: String
    }

    /// The text of the file; equal models give equal bytes.
    func json() throws -> [UInt8] {
        let encoder = JSONEncoder.ofEveryNumber()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads the text of the file.
    ///
    /// - Throws: ``Flaw`` or another explained error where it is none, ``ModelError`` where the model at
    ///   `path` is newer.
    init(json bytes: some Sequence<UInt8>, path: String, tasks: [LearningTask] = []) throws {
        let decoder = JSONDecoder.ofEveryNumber()
        decoder.dateDecodingStrategy = .iso8601
        if let others = LearningTask.others { decoder.userInfo[others] = tasks }
        let data = Data(bytes)
        do {
            let header = try decoder.decode(Header.self, from: data)
            guard header.formatVersion <= ModelBundle.formatVersion else {
                throw ModelError(
                    .newer,
                    Problem(
                        path,
                        found: "was saved by Graft \(header.graftVersion) in format \(header.formatVersion)",
                        expected: "format \(ModelBundle.formatVersion) or older",
                        remedy: "Use Graft \(header.graftVersion) or newer"))
            }
            guard header.formatVersion > 0 else {
                throw Flaw(
                    .description, "has the format version \(header.formatVersion)", expected: "1 or more")
            }
            self =
                header.formatVersion == 1
                ? try decoder.decode(FirstBundleDescription.self, from: data).current
                : try decoder.decode(BundleDescription.self, from: data)
        } catch let error as DecodingError {
            throw Flaw(.description, BundleDescription.found(error))
        }
    }

    /// A decoder's error, worded to follow the file's name.
    private static func found(_ error: DecodingError) -> String {
        func place(_ keys: [any CodingKey]) -> String {
            let parts = keys.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            let text = parts.joined()
            return text.hasPrefix(".") ? String(text.dropFirst()) : text
        }
        switch error {
        case .keyNotFound(let key, let context): return "has no \(place(context.codingPath + [key]))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "has another kind of value than expected at \(place(context.codingPath))"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty
                ? "is no JSON text" : "has an impossible value at \(place(context.codingPath))"
        @unknown default: return "cannot be understood"
        }
    }
}
