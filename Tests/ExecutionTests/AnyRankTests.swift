import Foundation
import GraftExecution
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

/// Operations on shapes of any rank, repeated inputs, learned numbers and activations whose gradient needs
/// the argument, against what PyTorch computes in float64 (Conformance/any_rank.py).
@Suite struct AnyRankTests {
    struct Fixture: Decodable {
        struct Case: Decodable, CustomTestStringConvertible {
            var `case`: String
            var input: [Int]
            var gain: Float
            var expected: [Float]
            var inputGradient: [Float]
            var gradients: [String: [Float]]
            var testDescription: String { `case` }
        }
        var seed: UInt64
        var cases: [Case]
    }

    static let fixture: Fixture? = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Conformance/Fixtures/any_rank.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }()
    static let cases = fixture?.cases ?? []

    private func network(_ entry: Fixture.Case) throws -> Network {
        var builder = NetworkBuilder("test")
        let shape = Shape(Array(entry.input.dropFirst()))
        let x = builder.add("input", .input(Input(shape: shape)))
        func learned(_ shape: Shape) -> String {
            builder.add("learned", .parameter(LearnedTensor(shape: shape)))
        }
        switch entry.case {
        case "silu": _ = builder.add("node", .activation(.silu), to: x)
        case "hard swish": _ = builder.add("node", .activation(.hardSwish), to: x)
        case "hard sigmoid": _ = builder.add("node", .activation(.hardSigmoid), to: x)
        case "gelu", "gelu of rows": _ = builder.add("node", .activation(.gelu), to: x)
        case "gelu by tanh": _ = builder.add("node", .activation(.geluTanh), to: x)
        case "channels times learned numbers": _ = builder.add("node", .multiply, to: x, learned([4]))
        case "learned column times picture": _ = builder.add("node", .multiply, to: learned([3, 1, 1]), x)
        case "picture plus learned numbers": _ = builder.add("node", .add, to: x, learned([3, 5, 4]))
        case "rows plus learned numbers": _ = builder.add("node", .add, to: learned([4]), x)
        case "squeeze and excite":
            let mean = builder.add("mean", .globalAveragePooling, to: x)
            let dense = builder.add("dense", .dense(Dense(units: 4)), to: mean)
            let scale = builder.add("scale", .activation(.sigmoid), to: dense)
            _ = builder.add("node", .multiply, to: scale, x)
        case "square": _ = builder.add("node", .multiply, to: x, x)
        case "dense rows": _ = builder.add("node", .dense(Dense(units: 5)), to: x)
        case "normalised rows":
            _ = builder.add("node", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        case "flattened rows":
            let flat = builder.add("flat", .flatten, to: x)
            _ = builder.add("node", .dense(Dense(units: 3)), to: flat)
        case "softmax of rows": _ = builder.add("node", .softmax, to: x)
        default: Issue.record("no network for \(entry.case)")
        }
        return try builder.build()
    }

    private func drawn(_ entry: Fixture.Case, _ name: String, _ count: Int) -> [Float] {
        var generator = CounterGenerator(seed: Self.fixture?.seed ?? 0, purpose: "\(entry.case)/\(name)")
        return (0..<count).map { _ in generator.nextNormal() }
    }

    private func parameters(of network: Network, _ entry: Fixture.Case) -> ParameterStore {
        network.parameters.reduce(into: ParameterStore()) { store, parameter in
            var values = drawn(entry, parameter.role.rawValue, parameter.shape.elementCount)
            if parameter.role == .movingVariance { values = values.map { $0 * $0 } }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
    }

    @Test func everyCaseIsThere() { #expect(Self.cases.count == 16) }

    @Test(arguments: cases) func outputsEqualPyTorch(_ entry: Fixture.Case) async throws {
        let network = try network(entry)
        let input = drawn(entry, "input", entry.input.reduce(1, *)).map { $0 * entry.gain }
        for precision in Precision.allCases where precision.isSupported {
            let found = try await run(
                network, parameters(of: network, entry), batch: entry.input[0], input: input,
                precision: precision)
            // Nothing here is stored in bf16 before it is computed.
            expectNear(found, entry.expected, "\(precision)", 1e-5)
        }
    }

    @Test(arguments: cases.filter { $0.case != "softmax of rows" })
    func gradientsEqualPyTorch(_ entry: Fixture.Case) async throws {
        let network = try network(entry)
        let parameters = parameters(of: network, entry)
        let input = drawn(entry, "input", entry.input.reduce(1, *)).map { $0 * entry.gain }
        let cotangent = drawn(entry, "cotangent", entry.expected.count)
        for precision in [Precision.float32, .bfloat16] where precision.isSupported {
            let tolerance: Float = precision == .float32 ? 1e-5 : 2e-2
            let worker = try await PlanWorker(threads: 1) {
                try Workspace(
                    Plan(
                        training: network, parameters, batch: entry.input[0], precision: precision,
                        wantsInputGradients: true))
            }
            try await worker.perform { workspace in
                try workspace.withFloats(of: "input") {
                    for place in input.indices { $0[place] = input[place] }
                }
                // Twice: gradients must not pile up from one step to the next.
                for _ in 0..<2 {
                    try workspace.runForward()
                    try workspace.withGradient(of: "node") {
                        for place in cotangent.indices { $0[place] = cotangent[place] }
                    }
                    try workspace.runBackward()
                }
                let output = try workspace.withFloats(of: "node") { span in span.indices.map { span[$0] } }
                expectNear(output, entry.expected, "output", tolerance)
                let found = try workspace.withGradient(of: "input") { span in
                    span.indices.map { span[$0] * entry.gain }
                }
                expectNear(found, entry.inputGradient, "input", tolerance)
                let trained = workspace.plan.trained
                #expect(Set(trained.map(\.role.rawValue)) == Set(entry.gradients.keys))
                for (index, parameter) in trained.enumerated() {
                    try workspace.withParameter(index) { _, gradient in
                        expectNear(
                            gradient.indices.map { gradient[$0] },
                            entry.gradients[parameter.role.rawValue] ?? [], parameter.name, tolerance)
                    }
                }
            }
        }
    }

    /// Inference computes the activation with the convolution; training apart where its gradient needs what
    /// the convolution gave.
    @Test(arguments: [
        Activation.relu, .relu6, .leakyReLU(slope: 0.1), .sigmoid, .silu, .hardSwish, .hardSigmoid, .gelu,
        .geluTanh,
    ])
    func activationsAreTheSameWithAConvolutionAndApart(_ activation: Activation) async throws {
        var builder = NetworkBuilder("test")
        let x = builder.input("input", height: 5, width: 4, channels: 3)
        let convolution = Convolution(filters: 8, kernelSize: 3, hasBias: true)
        let map = builder.add("map", .convolution(convolution), to: x)
        _ = builder.add("node", .activation(activation), to: map)
        let network = try builder.build()
        let parameters = ParameterStore.generated(for: network, seed: 6)
        var generator = CounterGenerator(seed: 3)
        let input = (0..<60).map { _ in 2 * generator.nextNormal() }
        let fused = try await run(network, parameters, batch: 1, input: input)
        let map1 = try await run(network.ending(at: "map"), parameters, batch: 1, input: input)
        var alone = NetworkBuilder("alone")
        _ = alone.add("node", .activation(activation), to: alone.input(height: 5, width: 4, channels: 8))
        expectNear(
            try await run(alone.build(), ParameterStore(), batch: 1, input: map1), fused, "apart", 1e-5)
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(Plan(training: network, parameters, batch: 1))
        }
        try await worker.perform { workspace in
            func loss() throws -> Double {
                try workspace.withFloats(of: "input") {
                    for place in input.indices { $0[place] = input[place] }
                }
                try workspace.runForward()
                return try workspace.withFloats(of: "node") { output in
                    output.indices.reduce(0) { $0 + Double(output[$1]) * Double($1 % 5) }
                }
            }
            _ = try loss()
            let output = try workspace.withFloats(of: "node") { span in span.indices.map { span[$0] } }
            expectNear(output, fused, "training", 1e-5)
            try workspace.withGradient(of: "node") {
                for place in $0.indices { $0[place] = Float(place % 5) }
            }
            try workspace.runBackward()
            let index = try #require(workspace.plan.trained.firstIndex { $0.role == .kernel })
            var gradient: [Float] = []
            try workspace.withParameter(index) { _, span in gradient = span.indices.map { span[$0] } }
            let largest = gradient.map { abs($0) }.max() ?? 0
            for place in stride(from: 0, to: gradient.count, by: 17) {
                func shifted(_ shift: Float) throws -> Double {
                    try workspace.setParameters(parameters)
                    try workspace.withParameter(index) { parameter, _ in parameter[place] += shift }
                    return try loss()
                }
                let numeric = Float((try shifted(1e-2) - shifted(-1e-2)) / 2e-2)
                // Corners that a step crosses cost some precision.
                #expect(abs(numeric - gradient[place]) < 0.03 * max(largest, 1), "\(activation) at \(place)")
            }
        }
    }

    private func expectNear(_ actual: [Float], _ expected: [Float], _ what: String, _ tolerance: Float) {
        #expect(actual.count == expected.count, "\(what)")
        let largest = expected.map { abs($0) }.max() ?? 0
        let worst = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < tolerance * max(largest, 1), "\(what): \(worst)")
    }
}
