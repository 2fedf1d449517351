import GraftArchitectures
import GraftNetworks
import GraftTensors
import Testing

/// Feature maps at several depths.
@Suite struct DepthTests {
    @Test(arguments: [
        "efficientnet_lite0", "vgg16.keras", "resnet50.torchvision", "googlenet.bvlc", "squeezenet1_1.keras",
    ])
    func everyFamilyHasDepths(name: String) throws {
        let network = try Architecture.named(name).network(height: 224, width: 224, includeTop: false)
        let (pooled, depths) = try network.pooled(atDepths: [0.25, 0.5, 0.75])
        #expect(depths.count == 4 && Set(depths.map(\.map)).count == 4)
        #expect(
            depths.map(\.share) == depths.map(\.share).sorted() && depths.last?.node == network.output.name)
        #expect(pooled.outputs == depths.map(\.node))
        for depth in depths.dropLast() {
            let map = try #require(network.shape(of: depth.map))
            #expect(map.rank == 3 && pooled.shape(of: depth.node)?.elementCount == map[2])
        }
        // What is added computes nothing that the network did not have.
        #expect(pooled.parameters.map(\.name) == network.parameters.map(\.name))
    }
}
