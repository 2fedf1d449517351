import Foundation
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

/// Single operations against what PyTorch computes in float64 (Conformance/operations.py).
@Suite struct OperationTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var `case`: String
            var input: [Int]
            var kernel: [Int]?
            var strides: [Int]?
            var padding: [Int]?
            var groups: Int?
            var then: String?
            var epsilon: Float?
            var reduction: Pooling.Reduction?
            var size: Int?
            var stride: Int?
            var roundsUp: Bool?
            var alpha: Float?
            var beta: Float?
            var k: Float?
            var output: [Int]?
            var expected: [Float]
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
            .appending(path: "../../Conformance/Fixtures/operations.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }

    @Test func convolutionsEqualPyTorch() async throws {
        for entry in fixture.convolutions {
            let kernel = try #require(entry.kernel)
            let padding = try #require(entry.padding)
            let stride = try #require(entry.strides)
            var convolution = Convolution(
                filters: kernel[0], kernelSize: kernel[2], stride: stride[0],
                padding: .edges(
                    .init(top: padding[0], left: padding[2], bottom: padding[1], right: padding[3])),
                groups: entry.groups ?? 1, hasBias: true)
            convolution.kernelWidth = kernel[3]
            var builder = NetworkBuilder("test")
            var x = builder.input(height: entry.input[1], width: entry.input[2], channels: entry.input[3])
            x = builder.add("node", .convolution(convolution), to: x)
            switch entry.then {
            case "relu6": _ = builder.add("relu", .activation(.relu6), to: x)
            case "add input": _ = builder.add("add", .add, to: x, "input")
            default: break
            }
            try await expectEqual(entry, builder.build())
        }
    }

    @Test func otherOperationsEqualPyTorch() async throws {
        for entry in fixture.others {
            var builder = NetworkBuilder("test")
            let shape = Shape(Array(entry.input.dropFirst()))
            let x = builder.add("input", .input(Input(shape: shape)))
            let operation: NetworkOperation =
                switch entry.case {
                case "batch normalization":
                    .batchNormalization(BatchNormalization(epsilon: try #require(entry.epsilon)))
                case "global average pooling": .globalAveragePooling
                case "sigmoid": .activation(.sigmoid)
                case "dense": .dense(Dense(units: try #require(entry.kernel)[0]))
                default: .softmax
                }
            _ = builder.add("node", operation, to: x)
            try await expectEqual(entry, builder.build())
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
            try await expectEqual(entry, single(.pooling(pooling), entry))
        }
        for entry in fixture.adaptivePoolings {
            let output = try #require(entry.output)
            let pooling = AdaptiveAveragePooling(height: output[1], width: output[2])
            try await expectEqual(entry, single(.adaptiveAveragePooling(pooling), entry))
        }
    }

    @Test func localResponseNormalizationsEqualPyTorch() async throws {
        for entry in fixture.normalizations {
            let normalization = LocalResponseNormalization(
                size: try #require(entry.size), alpha: try #require(entry.alpha),
                beta: try #require(entry.beta), k: try #require(entry.k))
            try await expectEqual(entry, single(.localResponseNormalization(normalization), entry))
        }
    }

    @Test func branchesAreConcatenatedAndFlattenedChannelsLast() async throws {
        try await expectConcatenation(in: .float32)
    }

    @Test(.enabled(if: Precision.bfloat16.isSupported, "this processor has no arithmetic in bf16"))
    func branchesAreConcatenatedAndFlattenedChannelsLastInBFloat16() async throws {
        try await expectConcatenation(in: .bfloat16)
    }

    private func expectConcatenation(in precision: Precision) async throws {
        var builder = NetworkBuilder("test")
        let x = builder.input(height: 2, width: 3, channels: 2)
        let pooled = builder.add(
            "pool", .pooling(Pooling(.maximum, size: 2, stride: 1, padding: .same)), to: x)
        let both = builder.add("both", .concatenate, to: x, pooled, x)
        _ = builder.add("flat", .flatten, to: both)
        // Whole numbers, which bf16 holds exactly.
        let input = (0..<24).map { Float(($0 * 7) % 24) }
        let actual = try await run(
            builder.build(), ParameterStore(), batch: 2, input: input, precision: precision)
        var expected: [Float] = []
        for image in 0..<2 {
            func at(_ y: Int, _ x: Int, _ channel: Int) -> Float {
                input[image * 12 + (y * 3 + x) * 2 + channel]
            }
            for y in 0..<2 {
                for x in 0..<3 {
                    let own = [at(y, x, 0), at(y, x, 1)]
                    let greatest = (0..<2).map { channel in
                        [y, min(y + 1, 1)].flatMap { y in [x, min(x + 1, 2)].map { at(y, $0, channel) } }
                            .max() ?? 0
                    }
                    expected += own + greatest + own
                }
            }
        }
        #expect(actual == expected)
    }

    private func single(_ operation: NetworkOperation, _ entry: Fixture.Case) throws -> Network {
        var builder = NetworkBuilder("test")
        let x = builder.input(height: entry.input[1], width: entry.input[2], channels: entry.input[3])
        _ = builder.add("node", operation, to: x)
        return try builder.build()
    }

    private func expectEqual(_ entry: Fixture.Case, _ network: Network) async throws {
        func drawn(_ name: String, _ count: Int) -> [Float] {
            var generator = CounterGenerator(seed: fixture.seed, purpose: "\(entry.case)/\(name)")
            return (0..<count).map { _ in generator.nextNormal() }
        }
        var parameters = ParameterStore()
        for parameter in network.parameters {
            var values = drawn(parameter.role.rawValue, parameter.shape.elementCount)
            if parameter.role == .movingVariance { values = values.map { $0 * $0 } }
            parameters[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        let gain: Float = entry.case == "softmax" ? 20 : entry.case == "sigmoid" ? 4 : 1
        let input = drawn("input", entry.input.reduce(1, *)).map { $0 * gain }
        let actual = try await run(network, parameters, batch: entry.input[0], input: input)
        #expect(actual.count == entry.expected.count, "\(entry.case)")
        let worst = zip(actual, entry.expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 1e-5, "\(entry.case)")
    }
}

/// Runs an inference plan in f32 on a thread of its own and gives the output.
func run(
    _ network: Network, _ parameters: ParameterStore, batch: Int, input: [Float],
    precision: Precision = .float32
) async throws -> [Float] {
    let worker = try await PlanWorker(threads: 1) {
        try Workspace(Plan(inferring: network, parameters, batch: batch, precision: precision))
    }
    return try await worker.perform { workspace in
        try workspace.withFloats(of: "input") { for index in input.indices { $0[index] = input[index] } }
        try workspace.runForward()
        return try workspace.withFloats(of: network.output.name) { span in span.indices.map { span[$0] } }
    }
}
