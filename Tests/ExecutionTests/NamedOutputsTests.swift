import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExecution

/// Networks with several outputs, each with a gradient of its own.
@Suite struct NamedOutputsTests {
    private func network(_ outputs: [String]) throws -> Network {
        var builder = NetworkBuilder("two heads")
        let x = builder.input(height: 4, width: 4, channels: 3)
        let map = builder.add("map", .convolution(Convolution(filters: 4, kernelSize: 3)), to: x)
        let relu = builder.add("relu", .activation(.relu), to: map)
        let pooled = builder.add("pool", .globalAveragePooling, to: relu)
        _ = builder.add("class", .dense(Dense(units: 2)), to: pooled)
        _ = builder.add("box", .convolution(Convolution(filters: 2, kernelSize: 1, hasBias: true)), to: relu)
        return try builder.build(outputs: outputs)
    }

    /// What each output is, and the gradients for these cotangents, by names.
    private func step(
        _ network: Network, _ cotangents: [String: Float]
    ) async throws -> (outputs: [String: [Float]], gradients: [String: [Float]]) {
        let parameters = ParameterStore.generated(for: network, seed: 2)
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(Plan(training: network, parameters, batch: 2))
        }
        return try await worker.perform { workspace in
            var generator = CounterGenerator(seed: 1)
            try workspace.withFloats(of: "input") {
                for place in $0.indices { $0[place] = generator.nextNormal() }
            }
            try workspace.runForward()
            var outputs: [String: [Float]] = [:]
            for (name, cotangent) in cotangents {
                outputs[name] = try workspace.withFloats(of: name) { span in span.indices.map { span[$0] } }
                try workspace.withGradient(of: name) {
                    for place in $0.indices { $0[place] = cotangent * Float(place % 3 + 1) }
                }
            }
            try workspace.runBackward()
            var gradients: [String: [Float]] = [:]
            for (index, parameter) in workspace.plan.trained.enumerated() {
                try workspace.withParameter(index) { _, span in
                    gradients[parameter.name] = span.indices.map { span[$0] }
                }
            }
            return (outputs, gradients)
        }
    }

    @Test func gradientsOfOutputsAddUp() async throws {
        // The map is an output, and what the others read.
        let network = try network(["class", "box", "relu"])
        let all = try await step(network, ["class": 1, "box": 2, "relu": 3])
        let parts = try await [
            step(network, ["class": 1, "box": 0, "relu": 0]),
            step(network, ["class": 0, "box": 2, "relu": 0]),
            step(network, ["class": 0, "box": 0, "relu": 3]),
        ]
        #expect(
            all.gradients.keys.sorted() == [
                "box/bias", "box/kernel", "class/bias", "class/kernel", "map/kernel",
            ])
        for (name, gradient) in all.gradients {
            for place in gradient.indices {
                let sum = parts.reduce(0) { $0 + ($1.gradients[name]?[place] ?? .nan) }
                #expect(abs(sum - gradient[place]) < 1e-4, "\(name)")
            }
        }
        let kernels = try parts.map { try #require($0.gradients["map/kernel"]) }
        #expect(kernels.allSatisfy { $0.contains { $0 != 0 } })
    }

    @Test func outputsAreThoseOfNetworksWithOneEach() async throws {
        let both = try await step(network(["class", "box"]), ["class": 1, "box": 1])
        for name in ["class", "box"] {
            let alone = try await step(network([]).ending(at: name), [name: 1])
            #expect(alone.outputs[name] == both.outputs[name])
        }
    }

    @Test func inferenceGivesAllOutputs() throws {
        let network = try network(["class", "box"])
        let plan = try Plan(
            inferring: network, ParameterStore.generated(for: network, seed: 2), batch: 1,
            precision: .float32)
        #expect(plan.shapes == ["input": [4, 4, 3], "class": [2], "box": [4, 4, 2]])
    }
}
