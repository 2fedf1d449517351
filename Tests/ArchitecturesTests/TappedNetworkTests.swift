import Architectures
import Execution
import Networks
import Tensors
import Testing

/// What a network computes on the way, against networks that end there.
@Suite struct TappedNetworkTests {
    static let precisions = [Precision.float32, .bfloat16].filter { (try? $0.requireSupport()) != nil }

    @Test(
        arguments: ["mobilenet_v2.keras", "resnet18.torchvision", "googlenet.bvlc", "efficientnet_lite0"],
        precisions)
    func valuesOnTheWayAreThoseOfShorterNetworks(name: String, precision: Precision) async throws {
        let network = try Architecture.named(name).network(height: 64, width: 64, includeTop: false)
        let end = network.output.name
        let stored = network.nodes.map(\.name).filter { $0 != end && network.stores([$0], for: [end]) }
        #expect(stored.count > 10)
        let plain = try await values(of: [], in: network, precision)
        let tapped = try await values(of: stored, in: network, precision)
        #expect(plain[end] == tapped[end] && Set(tapped[end] ?? []).count > 10)
        for (index, node) in stored.enumerated() where index % 6 == 0 || index == stored.count - 1 {
            let alone = try await values(of: [], in: network.ending(at: node), precision)
            #expect(alone[node] == tapped[node], "\(node)")
        }
        #expect(!network.stores([network.nodes[0].name], for: [end]))
    }

    private func values(
        of tapped: [String], in network: Network, _ precision: Precision
    ) async throws -> [String: [Float]] {
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    inferring: network, .generated(for: network, seed: 4), batch: 2, precision: precision,
                    tapped: tapped))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: network.nodes[0].name) { span in
                var generator = CounterGenerator(seed: 5)
                for index in span.indices { span[index] = generator.nextNormal() }
            }
            try workspace.runForward()
            return try (tapped + [network.output.name]).reduce(into: [:]) { values, name in
                values[name] = try workspace.withFloats(of: name) { span in span.indices.map { span[$0] } }
            }
        }
    }
}
