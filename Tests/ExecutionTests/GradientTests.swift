import Foundation
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

/// Gradients of single operations against what PyTorch computes in float64 (Conformance/gradients.py).
@Suite struct GradientTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var `case`: String
            var input: [Int]
            var inputGradient: [Float]
            var gradients: [String: [Float]]
            var kernel: [Int]?
            var strides: [Int]?
            var padding: [Int]?
            var groups: Int?
            var reduction: Pooling.Reduction?
            var size: Int?
            var stride: Int?
            var roundsUp: Bool?
            var output: [Int]?
            var alpha: Float?
            var beta: Float?
            var k: Float?
        }
        var seed: UInt64
        var convolutions: [Case]
        var poolings: [Case]
        var adaptivePoolings: [Case]
        var normalizations: [Case]
        var others: [Case]
    }

    let fixture: Fixture

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/gradients.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }

    @Test func convolutionsEqualPyTorch() async throws {
        for entry in fixture.convolutions {
            let kernel = try #require(entry.kernel)
            let padding = try #require(entry.padding)
            let convolution = Convolution(
                filters: kernel[0], kernelHeight: kernel[2], kernelWidth: kernel[3],
                stride: try #require(entry.strides)[0],
                padding: .edges(
                    .init(top: padding[0], left: padding[2], bottom: padding[1], right: padding[3])),
                groups: entry.groups ?? 1, hasBias: true)
            try await expectEqual(entry) { [("node", .convolution(convolution), ["input"])] }
        }
    }

    @Test func poolingsEqualPyTorch() async throws {
        for entry in fixture.poolings {
            let padding = try #require(entry.padding)
            let pooling = Pooling(
                try #require(entry.reduction), size: try #require(entry.size),
                stride: try #require(entry.stride),
                padding: .edges(
                    .init(top: padding[0], left: padding[2], bottom: padding[1], right: padding[3])),
                roundsUp: entry.roundsUp == true)
            try await expectEqual(entry) { [("node", .pooling(pooling), ["input"])] }
        }
        for entry in fixture.adaptivePoolings {
            let output = try #require(entry.output)
            let pooling = AdaptiveAveragePooling(height: output[0], width: output[1])
            try await expectEqual(entry) { [("node", .adaptiveAveragePooling(pooling), ["input"])] }
        }
    }

    @Test func localResponseNormalizationsEqualPyTorch() async throws {
        for entry in fixture.normalizations {
            let normalization = LocalResponseNormalization(
                size: try #require(entry.size), alpha: try #require(entry.alpha),
                beta: try #require(entry.beta), k: try #require(entry.k))
            try await expectEqual(entry) {
                [("node", .localResponseNormalization(normalization), ["input"])]
            }
        }
    }

    @Test func otherOperationsEqualPyTorch() async throws {
        for entry in fixture.others {
            // The reference multiplies by 4 before ReLU6, so that both of its corners are met.
            let gain: Float = entry.case == "relu6" ? 4 : 1
            try await expectEqual(entry, gain: gain) {
                switch entry.case {
                case "batch normalization":
                    [("node", .batchNormalization(BatchNormalization(epsilon: 1e-3)), ["input"])]
                case "relu": [("node", .activation(.relu), ["input"])]
                case "relu6": [("node", .activation(.relu6), ["input"])]
                case "sigmoid": [("node", .activation(.sigmoid), ["input"])]
                case "leaky relu": [("node", .activation(.leakyReLU(slope: 0.1)), ["input"])]
                case "global average pooling": [("node", .globalAveragePooling, ["input"])]
                case "flatten and dense":
                    [("flat", .flatten, ["input"]), ("node", .dense(Dense(units: 5)), ["flat"])]
                default:
                    [
                        ("relu", .activation(.relu), ["input"]),
                        (
                            "pool", .pooling(Pooling(.maximum, size: 3, stride: 1, padding: .all(1))),
                            ["input"]
                        ),
                        ("sum", .add, ["input", "pool"]), ("node", .concatenate, ["relu", "sum"]),
                    ]
                }
            }
        }
    }

    @Test func parametersThatAreNotTrainedGetNoGradientAndStay() async throws {
        let entry = try #require(fixture.convolutions.first)
        let kernel = try #require(entry.kernel)
        var builder = NetworkBuilder("test")
        let x = builder.input(height: entry.input[1], width: entry.input[2], channels: entry.input[3])
        let convolution = Convolution(
            filters: kernel[0], kernelSize: kernel[2], padding: .all(1), hasBias: true)
        _ = builder.add("node", .convolution(convolution), to: x)
        let network = try builder.build()
        let parameters = parameters(of: network, entry)
        let plan = try Plan(training: network, parameters, batch: 1, isTrained: { $0.role == .bias })
        #expect(plan.trained.map(\.name) == ["node/bias"])
    }

    private typealias Layer = (name: String, operation: NetworkOperation, inputs: [String])

    private func parameters(of network: Network, _ entry: Fixture.Case) -> ParameterStore {
        var parameters = ParameterStore()
        for parameter in network.parameters {
            var values = drawn(entry, parameter.role.rawValue, parameter.shape.elementCount)
            if parameter.role == .movingVariance { values = values.map { $0 * $0 } }
            parameters[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        return parameters
    }

    private func drawn(_ entry: Fixture.Case, _ name: String, _ count: Int) -> [Float] {
        var generator = CounterGenerator(seed: fixture.seed, purpose: "\(entry.case)/\(name)")
        return (0..<count).map { _ in generator.nextNormal() }
    }

    private func expectEqual(
        _ entry: Fixture.Case, gain: Float = 1, _ layers: () -> [Layer]
    ) async throws {
        var builder = NetworkBuilder("test")
        _ = builder.add("input", .input(Input(shape: Shape(Array(entry.input.dropFirst())))))
        for layer in layers() { _ = builder.add(layer.name, layer.operation, to: layer.inputs) }
        let network = try builder.build()
        let parameters = parameters(of: network, entry)
        let batch = entry.input[0]
        let input = drawn(entry, "input", entry.input.reduce(1, *)).map { $0 * gain }
        let cotangent = drawn(entry, "cotangent", batch * network.outputShape.elementCount)
        for precision in Precision.allCases where (try? precision.requireSupport()) != nil {
            let (inputGradient, gradients) = try await gradients(
                of: network, parameters, input: input, cotangent: cotangent, precision)
            let tolerance: Float = precision == .float32 ? 1e-5 : 2e-2
            expectNear(
                inputGradient.map { $0 * gain }, entry.inputGradient, "\(entry.case): input", tolerance)
            #expect(gradients.keys.sorted() == entry.gradients.keys.sorted(), "\(entry.case)")
            for (name, expected) in entry.gradients {
                expectNear(gradients[name] ?? [], expected, "\(entry.case): \(name)", tolerance)
            }
        }
    }

    private func gradients(
        of network: Network, _ parameters: ParameterStore, input: [Float], cotangent: [Float],
        _ precision: Precision
    ) async throws -> (input: [Float], parameters: [String: [Float]]) {
        let batch = cotangent.count / network.outputShape.elementCount
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    training: network, parameters, batch: batch, precision: precision,
                    wantsInputGradients: true))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { for index in input.indices { $0[index] = input[index] } }
            // Twice: gradients must not pile up from one step to the next.
            for _ in 0..<2 {
                try workspace.runForward()
                try workspace.withGradient(of: "node") {
                    for index in cotangent.indices { $0[index] = cotangent[index] }
                }
                try workspace.runBackward()
            }
            var gradients: [String: [Float]] = [:]
            for (index, parameter) in workspace.plan.trained.enumerated() {
                try workspace.withParameter(index) { _, gradient in
                    gradients[parameter.role.rawValue] = gradient.indices.map { gradient[$0] }
                }
            }
            let found = try workspace.withGradient(of: "input") { span in span.indices.map { span[$0] } }
            return (found, gradients)
        }
    }

    private func expectNear(_ actual: [Float], _ expected: [Float], _ what: String, _ tolerance: Float) {
        #expect(actual.count == expected.count, "\(what)")
        let largest = expected.map { abs($0) }.max() ?? 0
        let worst = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < tolerance * max(largest, 1), "\(what): \(worst)")
    }
}
