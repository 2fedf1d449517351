import GraftArchitectures
import GraftExecution
import GraftNetworks
import GraftTensors
import Testing

/// The trunk and the tail of a cut, one after the other, give what the whole network gives.
@Suite struct CutValuesTests {
    @Test(
        arguments: [
            ("googlenet.bvlc", ["inception_5b/5x5"]), ("googlenet.torchvision", ["inception5b"]),
            ("resnet50.keras", ["conv5_block3_2_conv"]), ("mobilenet_v2.keras", ["block_15_project"]),
            ("xception.keras", ["block13_sepconv1/pointwise"]), ("squeezenet1_1.keras", ["fire9/expand3x3"]),
        ])
    func partsGiveWhatTheWholeGives(_ name: String, _ starts: [String]) async throws {
        let architecture = try Architecture.named(name)
        let size = max(architecture.minimumSize, 64)
        let network = try architecture.network(height: size, width: size, includeTop: false)
        let parameters = ConformanceFixture.generatedParameters(for: network, seed: 1)
        let cut = try network.cut { node in starts.contains { node.name.hasPrefix($0) } }
        let trunk = try #require(cut.trunk)
        let input = ConformanceFixture.generatedInput(height: size, width: size, seed: 1)

        let whole = try await values(of: ["features"], network, parameters, given: ["input": input])
        let boundary = try await values(of: cut.boundary, trunk, parameters, given: ["input": input])
        let parts = try await values(of: ["features"], cut.tail, parameters, given: boundary)
        let (expected, actual) = (try #require(whole["features"]), try #require(parts["features"]))
        #expect(expected.count == network.outputShape.elementCount)
        let largest = expected.reduce(0) { max($0, abs($1)) }
        #expect(largest > 0)
        for (one, other) in zip(expected, actual) { #expect(abs(one - other) <= 1e-4 * largest) }
    }

    private func values(
        of names: [String], _ network: Network, _ parameters: ParameterStore, given inputs: [String: [Float]]
    ) async throws -> [String: [Float]] {
        let own = try parameters.subset(for: network)
        let worker = try await PlanWorker(threads: 2) {
            try Workspace(Plan(inferring: network, own, batch: 1, precision: .float32, outputs: names))
        }
        return try await worker.perform { workspace in
            for (name, values) in inputs {
                try workspace.withFloats(of: name) { target in
                    for index in values.indices { target[index] = values[index] }
                }
            }
            try workspace.runForward()
            return try names.reduce(into: [:]) { result, name in
                result[name] = try workspace.withFloats(of: name) { span in span.indices.map { span[$0] } }
            }
        }
    }
}
