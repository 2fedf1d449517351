import GraftArchitectures
import GraftNetworks
import Testing

@Suite struct BlockTests {
    private func blocks(_ name: String) throws -> [[String]] {
        let architecture = try Architecture.named(name)
        let size = max(architecture.minimumSize, 96)
        return try architecture.network(height: size, width: size, includeTop: false).blocks
    }

    /// The number of blocks, and the first and last node of the last one but the pooling at the end.
    @Test(
        arguments: [
            ("vgg16.keras", 5, "block5_conv1", "block5_pool"),
            ("vgg11.torchvision", 5, "block5_conv1", "block5_pool"),
            ("vgg16_bn.torchvision", 5, "block5_conv1", "block5_pool"),
            ("resnet50.keras", 17, "conv5_block3_1_conv", "conv5_block3_out"),
            ("resnet50.torchvision", 17, "layer4/2/conv1", "layer4/2/relu"),
            ("resnet18.torchvision", 9, "layer4/1/conv1", "layer4/1/relu"),
            ("mobilenet_v1.keras", 14, "conv_dw_13", "conv_pw_13_relu"),
            ("mobilenet_v1_025.pytorch", 14, "stage3/1/0", "stage3/1/5"),
            ("mobilenet_v2.keras", 18, "block_16_expand", "out_relu"),
            ("mobilenet_v2.torchvision", 18, "features/17/conv/0/0", "features/18/2"),
            ("inception_v3.keras", 12, "conv2d_85", "mixed10"),
            ("inception_v3.torchvision", 12, "Mixed_7c/branch1x1/conv", "Mixed_7c"),
            ("googlenet.torchvision", 10, "inception5b/branch1/conv", "inception5b/output"),
            ("googlenet.bvlc", 11, "inception_5b/1x1", "inception_5b/output"),
            ("xception.keras", 14, "block14_sepconv1/depthwise", "block14_sepconv2_act"),
            ("squeezenet1_1.keras", 9, "fire9/squeeze1x1", "fire9/concat"),
            ("squeezenet1_1.torchvision", 9, "features/12/squeeze", "features/12/concat"),
            ("efficientnet_lite0", 17, "blocks/15/expand_conv", "head/relu"),
        ])
    func lastBlockIsWhatItsSourceNamesSo(_ name: String, _ count: Int, _ first: String, _ last: String) throws
    {
        let blocks = try blocks(name)
        #expect(blocks.count == count)
        #expect(blocks.last?.first == first)
        #expect(blocks.last?.dropLast().last == last)
    }

    @Test func everyNodeIsInOneBlock() throws {
        for architecture in Architecture.all {
            let size = max(architecture.minimumSize, 96)
            let network = try architecture.network(height: size, width: size, includeTop: false)
            #expect(network.blocks.flatMap(\.self) == network.nodes.map(\.name))
            // Before every block one output alone crosses: a block is never cut through.
            let points = Set(network.cutPoints)
            for block in network.blocks.dropFirst() {
                #expect(points.contains(block[0]), "\(architecture.name)")
            }
        }
    }

    @Test func blocksOfResidualNetworksAreCountedAsTheirPapersDo() throws {
        let blocks = try blocks("resnet50.keras")
        #expect(blocks[0].last == "pool1_pool")
        #expect(blocks[1].first == "conv2_block1_0_conv")
        #expect(
            blocks.dropFirst().map { $0.filter { $0.hasSuffix("_add") }.count }
                == Array(repeating: 1, count: 16))
    }
}
