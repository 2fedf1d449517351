import Execution
import Foundation
import Networks
import Tensors
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
            var expected: [Float]
        }
        var seed: UInt64
        var convolutions: [Case]
        var others: [Case]
    }

    let fixture: Fixture

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/operations.json")
        fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
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
            let operation: Networks.Operation =
                switch entry.case {
                case "batch normalization":
                    .batchNormalization(BatchNormalization(epsilon: try #require(entry.epsilon)))
                case "global average pooling": .globalAveragePooling
                case "dense": .dense(Dense(units: try #require(entry.kernel)[0]))
                default: .softmax
                }
            _ = builder.add("node", operation, to: x)
            try await expectEqual(entry, builder.build())
        }
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
        let gain: Float = entry.case == "softmax" ? 20 : 1
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
