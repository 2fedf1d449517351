internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftTraining

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `bundle.json`: all of a model but its numbers.
struct BundleDescription: Codable {
    var formatVersion: Int
    var graftVersion: String
    var network: NetworkDescription
    var task: LearningTask
    var classes: [String]
    var standardization: Standardization?
    var preprocessing: Preprocessing
    var trunk: TrunkOrigin
    var quantization: Quantization?
    var recipe: Recipe
    var seed: UInt64
    var stages: [StageRecord]
    var validation: Metrics
    var test: Metrics?
    var split: Split?
    var leftOut: [LeftOutPicture]
    var provenance: Provenance

    /// The description of a model.
    init(_ model: ModelBundle) {
        formatVersion = ModelBundle.formatVersion
        graftVersion = model.graftVersion
        network = NetworkDescription(model.network)
        task = model.task
        classes = model.classes
        standardization = model.standardization
        preprocessing = model.preprocessing
        trunk = model.trunk
        quantization = model.quantization
        recipe = model.recipe
        seed = model.seed
        stages = model.stages
        validation = model.validation
        test = model.test
        split = model.split
        leftOut = model.leftOut
        provenance = model.provenance
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
                ? BundleDescription(try decoder.decode(FirstBundleDescription.self, from: data))
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
