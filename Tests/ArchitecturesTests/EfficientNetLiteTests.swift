import GraftArchitectures
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

@Suite struct EfficientNetLiteTests {
    private static let names = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]

    @Test(arguments: EfficientNetLiteTests.names)
    func parametersAreThoseOfTheReference(name: String) throws {
        let architecture = try Architecture.named(name)
        let fixture = try ConformanceFixture(named: architecture.name)
        let network = try architecture.network(height: 224, width: 224, includeTop: true)
        #expect(network.parameters.map(\.name) == fixture.parameters.map(\.name))
        #expect(network.parameters.map(\.shape.dimensions) == fixture.parameters.map(\.shape))
        #expect(network.cost.parameters == fixture.parameterCount)
        #expect(network.cost.trainableParameters == fixture.trainableParameterCount)
    }

    @Test(arguments: EfficientNetLiteTests.names)
    func float32OutputsAreThoseOfTheReference(name: String) async throws {
        let errors = try await relativeErrors(name, precision: .float32)
        for (name, error) in errors { #expect(error < 1e-4, "\(name)") }
    }

    @Test(.enabled(if: Precision.bfloat16.isSupported, "this processor has no arithmetic in bf16"))
    func bfloat16OutputsAreNearThoseOfTheReference() async throws {
        let errors = try await relativeErrors("efficientnet_lite0", precision: .bfloat16)
        // Eight bits of precision through fifty layers of random weights.
        for (name, error) in errors where !name.hasPrefix("blocks") { #expect(error < 0.1, "\(name)") }
    }

    /// The norm of the error of each output's samples, relative to the norm of the reference's.
    private func relativeErrors(
        _ name: String, precision: Precision
    ) async throws -> [String: Float] {
        let architecture = try Architecture.named(name)
        let fixture = try ConformanceFixture(named: architecture.name)
        var errors: [String: Float] = [:]
        for run in fixture.runs {
            let network = try architecture.network(height: run.height, width: run.width, includeTop: true)
            let parameters = ConformanceFixture.generatedParameters(for: network, seed: fixture.seed)
            let names = run.outputs.keys.reduce(into: [:]) { $0[$1] = Self.node($1, in: network) }
            let input = ConformanceFixture.generatedInput(
                height: run.height, width: run.width, seed: fixture.seed)
            let outputs = Array(names.values)
            let worker = try await PlanWorker(threads: 2) {
                try Workspace(
                    Plan(inferring: network, parameters, batch: 2, precision: precision, outputs: outputs))
            }
            let results = try await worker.perform { workspace in
                try workspace.withFloats(of: "input") { target in
                    // The picture is the second of the batch, after another one.
                    for index in input.indices { target[index] = 1 }
                    for index in input.indices { target[input.count + index] = input[index] }
                }
                try workspace.runForward()
                return try names.mapValues { name in
                    try workspace.withFloats(of: name) { span in
                        span.indices.suffix(span.count / 2).map { span[$0] }
                    }
                }
            }
            for (name, expected) in run.outputs {
                let actual = try #require(results[name])
                #expect(actual.count == expected.count)
                let squares = zip(expected.positions, expected.samples).map { position, value in
                    (
                        difference: (actual[position] - value) * (actual[position] - value),
                        value: value * value
                    )
                }
                let error = squares.reduce(0) { $0 + $1.difference } / squares.reduce(0) { $0 + $1.value }
                errors["\(name) at \(run.height)x\(run.width)"] = error.squareRoot()
            }
        }
        return errors
    }

    /// The node whose output the reference calls `name`.
    private static func node(_ name: String, in network: Network) -> String {
        switch name {
        case "logits": "top/dense"
        case "features": "features"
        default: network.position(of: "\(name)/add") == nil ? "\(name)/project_bn" : "\(name)/add"
        }
    }
}
