import GraftArchitectures
import GraftExecution
import GraftNetworks
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
        let plain = try await network.computed(for: [0, 1], precision)
        let tapped = try await network.computed(for: [0, 1], precision, tapped: stored)
        #expect(plain[end] == tapped[end] && Set(tapped[end] ?? []).count > 10)
        for (index, node) in stored.enumerated() where index % 6 == 0 || index == stored.count - 1 {
            let alone = try await network.ending(at: node).computed(for: [0, 1], precision)
            #expect(alone[node] == tapped[node], "\(node)")
        }
        #expect(!network.stores([network.nodes[0].name], for: [end]))
    }
}
