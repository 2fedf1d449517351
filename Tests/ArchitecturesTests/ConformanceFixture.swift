import Foundation
import GraftNetworks
import GraftTensors

/// What Conformance/efficientnet_lite.py stored of a reference network with generated parameters.
struct ConformanceFixture: Decodable {
    struct Parameter: Decodable {
        var name: String
        var shape: [Int]
    }

    struct Output: Decodable {
        var count: Int
        var norm: Double
        var positions: [Int]
        var samples: [Float]
    }

    struct Run: Decodable {
        var height: Int
        var width: Int
        var outputs: [String: Output]
    }

    var seed: UInt64
    var parameterCount: Int
    var trainableParameterCount: Int
    var parameters: [Parameter]
    var runs: [Run]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Conformance/Fixtures").standardizedFileURL

    init(named name: String) throws {
        let data = try Data(contentsOf: ConformanceFixture.folder.appending(path: "\(name).json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(ConformanceFixture.self, from: data)
    }

    /// The same parameters that the script gave the reference (Conformance/reference.py, `generated`).
    static func generatedParameters(for network: Network, seed: UInt64) -> ParameterStore {
        var store = ParameterStore()
        for parameter in network.parameters {
            var generator = CounterGenerator(seed: seed, purpose: parameter.name)
            let fanIn = parameter.shape.dimensions.dropFirst().reduce(1, *)
            let gain: Double = parameter.shape.rank == 2 ? 1 : 2
            let scale = Float((gain / Double(fanIn)).squareRoot())
            let values = (0..<parameter.shape.elementCount).map { _ -> Float in
                switch parameter.role {
                case .kernel: generator.nextNormal() * scale
                case .gamma: 1 + 0.1 * generator.nextNormal()
                case .movingVariance: 0.5 + generator.nextUniform()
                case .bias, .beta, .movingMean, .value: 0.1 * generator.nextNormal()
                }
            }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        return store
    }

    /// The picture that the script gave the reference.
    static func generatedInput(height: Int, width: Int, seed: UInt64) -> [Float] {
        var generator = CounterGenerator(seed: seed, purpose: "input")
        return (0..<height * width * 3).map { _ in generator.nextNormal() }
    }
}
