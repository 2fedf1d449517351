import Foundation
import GraftArchitectures
import GraftNetworks
import GraftTensors
import GraftWeightFiles

/// What Conformance/networks.py stored of a reference network with generated weights.
struct NetworkFixture: Decodable {
    typealias Output = ConformanceFixture.Output
    typealias Run = ConformanceFixture.Run

    var seed: UInt64
    var parameterCount: Int
    var trainableParameterCount: Int
    var entryCount: Int
    var entriesSha256: String
    var runs: [Run]

    private static let folder = ConformanceFixture.folder.appending(path: "networks")

    /// The networks that have a fixture.
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    init(named name: String, in folder: URL = folder) throws {
        let data = try Data(contentsOf: folder.appending(path: "\(name).json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(NetworkFixture.self, from: data)
    }

    /// The names and shapes of the source's entries, as the script lists them before it takes their digest.
    static func list(_ layers: [SourceLayer], of architecture: Architecture) -> String {
        let lines = layers.flatMap { layer in
            layer.entries.map { entry in
                let extents = entry.shape.dimensions.map(String.init).joined(separator: "x")
                return "\(name(of: entry, in: layer, architecture)) \(extents)\n"
            }
        }
        return lines.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.joined()
    }

    static func name(of entry: SourceEntry, in layer: SourceLayer, _ architecture: Architecture) -> String {
        "\(layer.names[0])\(architecture.source == .keras ? "/" : ".")\(entry.leaf)"
    }

    /// The file that the script's weights would make: the source's names, shapes and order of axes.
    func file(_ layers: [SourceLayer], of architecture: Architecture) -> NamedTensors {
        var file = NamedTensors()
        for layer in layers {
            var names: [String] = []
            for entry in layer.entries {
                let name = NetworkFixture.name(of: entry, in: layer, architecture)
                names.append(name)
                _ = file.append(generated(name, entry, layer.kind), named: name)
            }
            guard architecture.source == .keras else { continue }
            file.layers.append(
                NamedTensors.Layer(name: layer.names[0], kind: layer.kind.rawValue, entries: names))
        }
        if architecture.source == .keras { file.layout = .inputsFirst }
        return file
    }

    /// The values that Conformance/generated.py gives an entry.
    private func generated(_ name: String, _ entry: SourceEntry, _ kind: SourceLayer.Kind) -> Tensor {
        var generator = CounterGenerator(seed: seed, purpose: name)
        let fanIn = entry.target.dimensions.dropFirst().reduce(1, *)
        let gain: Double = entry.shape.rank == 2 ? 3 : 6
        let scale = Float((gain / Double(fanIn)).squareRoot())
        let isVariance = entry.leaf == "moving_variance" || entry.leaf == "running_var"
        let isGamma =
            entry.leaf == "gamma" || kind == .batchNormalization && entry.leaf == "weight"
        return unsafe Tensor(shape: entry.shape) { target in
            for index in target.indices {
                let uniform = generator.nextUniform()
                let signed = 2 * uniform - 1
                unsafe target[index] =
                    entry.shape.rank > 1
                    ? signed * scale : isVariance ? 0.5 + uniform : (isGamma ? 1 : 0) + 0.2 * signed
            }
        }
    }
}
