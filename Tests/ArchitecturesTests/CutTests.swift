import Foundation
import GraftArchitectures
import GraftExecution
import GraftNetworks
import Testing

/// Cuts through real graphs, also where only a part of a block is trained.
@Suite struct CutTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var network: String
        /// What the names of the trained nodes begin with.
        var trained: [String]
        /// The nodes whose outputs cross.
        var boundary: [String]
        /// What no trained node comes before, and the tail computes nevertheless.
        var computesAgain: Set<String> = []

        var testDescription: String { "\(network) \(trained)" }

        init(_ network: String, trained: [String], boundary: [String], computesAgain: Set<String> = []) {
            self.network = network
            self.trained = trained
            self.boundary = boundary
            self.computesAgain = computesAgain
        }
    }

    static let cases = [
        // One branch of the last Inception block: the others are frozen up to where they meet.
        Case(
            "googlenet.bvlc", trained: ["inception_5b/5x5"],
            boundary: [
                "inception_5a/output", "inception_5b/1x1/relu", "inception_5b/3x3/relu",
                "inception_5b/pool_proj/relu",
            ]),
        // The end of one branch alone.
        Case(
            "googlenet.torchvision", trained: ["inception5b/branch3/1"],
            boundary: [
                "inception5b/branch1/relu", "inception5b/branch2/1/relu", "inception5b/branch3/0/relu",
                "inception5b/branch4/1/relu",
            ]),
        // A branch in the middle: the rest of the network comes after it.
        Case(
            "googlenet.bvlc", trained: ["inception_4d/pool_proj"],
            boundary: [
                "inception_4d/1x1/relu", "inception_4d/3x3/relu", "inception_4d/5x5/relu",
                "inception_4d/pool",
            ]),
        // The pooling of a branch takes what crosses anyway: no use to keep both.
        Case(
            "googlenet.bvlc",
            trained: ["inception_5b/1x1", "inception_5b/3", "inception_5b/5x5", "inception_5b/pool_proj"],
            boundary: ["inception_5a/output"], computesAgain: ["inception_5b/pool"]),
        Case("resnet50.keras", trained: ["conv5_"], boundary: ["conv4_block6_out"]),
        // The way past the trained convolutions crosses too.
        Case(
            "resnet50.keras", trained: ["conv5_block3_2_conv"],
            boundary: ["conv5_block2_out", "conv5_block3_1_relu"]),
        Case(
            "resnet50.torchvision", trained: ["layer4/0/downsample"],
            boundary: ["layer3/5/relu", "layer4/0/bn3"]),
        Case("mobilenet_v2.keras", trained: ["block_16_", "Conv_1"], boundary: ["block_15_add"]),
        Case(
            "mobilenet_v2.keras", trained: ["block_15_project"],
            boundary: ["block_14_add", "block_15_depthwise_relu"]),
        // Keras' layer 100 and later: what an expansion reads is a sixth of what it gives.
        Case(
            "mobilenet_v2.keras",
            trained: ["block_11_depthwise", "block_11_project"] + (12...16).map { "block_\($0)_" } + [
                "Conv_1"
            ],
            boundary: ["block_10_project_BN"],
            computesAgain: ["block_11_expand", "block_11_expand_BN", "block_11_expand_relu"]),
        Case("vgg16.keras", trained: ["block5_"], boundary: ["block4_pool"]),
        Case(
            "xception.keras", trained: ["block13_", "block14_"],
            boundary: ["add_10", "batch_normalization_3"]),
        Case("xception.keras", trained: ["block14_"], boundary: ["add_11"]),
        Case(
            "inception_v3.torchvision", trained: ["Mixed_7c/branch3x3_2a"],
            boundary: [
                "Mixed_7c/branch1x1/relu", "Mixed_7c/branch3x3_1/relu", "Mixed_7c/branch3x3_2b/relu",
                "Mixed_7c/branch3x3dbl_3", "Mixed_7c/branch_pool/relu",
            ]),
        Case(
            "squeezenet1_1.keras", trained: ["fire9/expand3x3"],
            boundary: ["fire9/squeeze1x1/relu"], computesAgain: ["fire9/expand1x1", "fire9/expand1x1/relu"]),
        Case("vgg16.keras", trained: ["block1_conv1"], boundary: ["input"]),
    ]

    @Test(arguments: cases)
    func cutHoldsBackEverythingThatNoTrainedNodeComesBefore(_ example: Case) throws {
        let architecture = try Architecture.named(example.network)
        let size = max(architecture.minimumSize, 96)
        let network = try architecture.network(height: size, width: size, includeTop: false)
        let trained = Set(
            network.nodes.map(\.name).filter { name in example.trained.contains { name.hasPrefix($0) } })
        let cut = try network.cut { trained.contains($0.name) }
        #expect(Set(cut.boundary) == Set(example.boundary))
        #expect(cut.boundary.count == example.boundary.count)

        // What the trained nodes change, found by walking from each of them.
        let consumers = network.consumers
        var changed: Set<Int> = []
        var stack = trained.compactMap { network.position(of: $0) }
        while let position = stack.popLast() {
            if changed.insert(position).inserted { stack += consumers[position] }
        }
        let tail = cut.tail.nodes.filter { !$0.inputs.isEmpty }.map(\.name)
        let wanted = changed.map { network.nodes[$0].name }
        #expect(Set(tail).isSuperset(of: wanted))
        #expect(example.computesAgain == Set(tail).subtracting(wanted))
        #expect(cut.tail.inputs.map(\.name) == cut.boundary)
        let frozen = network.nodes.map(\.name).filter { !tail.contains($0) }
        #expect(cut.trunk?.nodes.map(\.name) ?? ["input"] == frozen)
        for node in cut.tail.nodes { #expect(cut.tail.shape(of: node.name) == network.shape(of: node.name)) }
    }
}
