import Foundation
import GraftFiles
import GraftNetworks
import GraftTensors
import GraftWeightFiles

@testable import GraftExports

/// A network written for Keras, and what is in the file.
struct KerasCase {
    /// The bytes of the file.
    let bytes: [UInt8]
    /// The layers of the configuration, in its order.
    let layers: [JSONValue]
    /// The weights, as Graft's own reader finds them.
    let weights: NamedTensors

    /// Writes a network with made-up parameters.
    init(
        _ network: Network, pixels: KerasPixels = .plain, metadata: [String: String] = [:]
    ) throws {
        let parameters = ParameterStore.generated(for: network, seed: 3)
        let export = try KerasExport(
            network: network, parameters: parameters, name: network.name, pixels: pixels, metadata: metadata)
        let output = MemoryOutput()
        try export.write(to: output, subject: "model.keras")
        bytes = output.bytes
        let path = temporaryPath("model.keras")
        try FileReplacement.write(output.bytes, to: path)
        defer { try? FileRemoval.remove(path) }
        let text = try PackagedFile.read("config.json", from: path)
        let model = try JSONParser.parse(text, depthLimit: 64)
        guard case .array(let layers)? = model["config"]?["layers"] else {
            throw ExportError("config.json", found: "has no layers")
        }
        self.layers = layers
        // A file without weights is no file of weights.
        weights = network.parameters.isEmpty ? NamedTensors() : try WeightFile.read(path)
    }

    /// The names of the layers, in the file's order.
    var names: [String] { layers.compactMap { text($0["name"]) } }

    /// The classes of the layers, in the file's order.
    var classes: [String] { layers.compactMap { text($0["class_name"]) } }

    private func text(_ value: JSONValue?) -> String? {
        guard case .text(let text)? = value else { return nil }
        return text
    }

    /// A setting of a layer as a JSON text.
    func setting(_ key: String, of layer: String) -> String? {
        layers.first { $0["name"] == .text(layer) }?["config"]?[key]?.text
    }
}

extension KerasPixels {
    /// Levels as they are.
    static let plain = KerasPixels(colorOrder: .rgb, mean: [0, 0, 0], scale: [1, 1, 1])
}

extension JSONValue {
    /// The value of a key of an object.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }
}

/// A path in the system's folder for temporary files that nothing has yet.
func temporaryPath(_ name: String) -> String {
    FileManager.default.temporaryDirectory.path + "/\(UInt64.random(in: 0 ... .max))-\(name)"
}

/// Keeps what is written in memory.
final class MemoryOutput: ByteOutput {
    private(set) var bytes: [UInt8] = []

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        unsafe self.bytes.append(contentsOf: bytes)
    }

    func rewrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        self.bytes.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
}
