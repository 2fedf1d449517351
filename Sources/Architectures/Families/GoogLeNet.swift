internal import GraftNetworks

/// GoogLeNet (Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, https://arxiv.org/abs/1409.4842):
/// Inception v1.
struct GoogLeNet: Sendable, Hashable {
    /// Whose network it is: two quite different ones.
    enum Variant: Sendable, Hashable {
        /// The Caffe model of the Berkeley Vision and Learning Center: 5x5 convolutions and local response
        /// normalisation, as in the paper.
        case bvlc
        /// torchvision's: 3x3 convolutions where the paper has 5x5, and BatchNorm.
        case torchvision
    }

    /// The paper's table 1: filters of one Inception block.
    private struct Block {
        var name: String
        var single: Int
        var threeReduced: Int
        var three: Int
        var fiveReduced: Int
        var five: Int
        var pooled: Int
    }

    private static func block(_ name: String, _ filters: Int...) -> Block {
        Block(
            name: name, single: filters[0], threeReduced: filters[1], three: filters[2],
            fiveReduced: filters[3], five: filters[4], pooled: filters[5])
    }

    private static let stages = [
        [
            block("3a", 64, 96, 128, 16, 32, 32), block("3b", 128, 128, 192, 32, 96, 64),
        ],
        [
            block("4a", 192, 96, 208, 16, 48, 64), block("4b", 160, 112, 224, 24, 64, 64),
            block("4c", 128, 128, 256, 24, 64, 64), block("4d", 112, 144, 288, 32, 64, 64),
            block("4e", 256, 160, 320, 32, 128, 128),
        ],
        [
            block("5a", 256, 160, 320, 32, 128, 128), block("5b", 384, 192, 384, 48, 128, 128),
        ],
    ]

    /// Whose it is.
    var variant: Variant

    /// The network.
    init(_ variant: Variant) { self.variant = variant }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        x = convolution(&builder, names("conv1/7x7_s2", "conv1"), x, 64, 7, stride: 2)
        x = pool(&builder, names("pool1/3x3_s2", "maxpool1"), x)
        x = normalization(&builder, "pool1/norm1", x)
        x = convolution(&builder, names("conv2/3x3_reduce", "conv2"), x, 64, 1)
        x = convolution(&builder, names("conv2/3x3", "conv3"), x, 192, 3)
        x = normalization(&builder, "conv2/norm2", x)
        x = pool(&builder, names("pool2/3x3_s2", "maxpool2"), x)
        for (index, stage) in GoogLeNet.stages.enumerated() {
            for block in stage { x = inception(&builder, block, x) }
            if index < 2 {
                let size = variant == .torchvision && index == 1 ? 2 : 3
                x = pool(
                    &builder, names("pool\(index + 3)/3x3_s2", "maxpool\(index + 3)"), x, size: size)
            }
        }
        builder.pooledTop(x, includeTop: includeTop, dropout: variant == .bvlc ? 0.4 : 0.2)
        return try builder.build()
    }

    private func names(_ bvlc: String, _ torchvision: String) -> String {
        variant == .bvlc ? bvlc : torchvision
    }

    private func convolution(
        _ builder: inout NetworkBuilder, _ name: String, _ x: String, _ filters: Int, _ size: Int,
        stride: Int = 1
    ) -> String {
        let convolution = Convolution(
            filters: filters, kernelSize: size, stride: stride, padding: .all(size / 2))
        if variant == .bvlc { return builder.activatedConvolution(name, x, convolution) }
        return builder.normalizedConvolution(
            "\(name)/conv", normalization: "\(name)/bn", activation: ("\(name)/relu", .relu), x, convolution,
            epsilon: 1e-3)
    }

    private func pool(_ builder: inout NetworkBuilder, _ name: String, _ x: String, size: Int = 3) -> String {
        builder.add(name, .pooling(Pooling(.maximum, size: size, stride: 2, roundsUp: true)), to: x)
    }

    private func normalization(_ builder: inout NetworkBuilder, _ name: String, _ x: String) -> String {
        guard variant == .bvlc else { return x }
        return builder.add(
            name,
            .localResponseNormalization(
                LocalResponseNormalization(size: 5, alpha: 1e-4, beta: 0.75, k: 1)), to: x)
    }

    /// Four branches side by side.
    private func inception(_ builder: inout NetworkBuilder, _ block: Block, _ x: String) -> String {
        let name = names("inception_\(block.name)", "inception\(block.name)")
        func part(_ bvlc: String, _ torchvision: String) -> String { "\(name)/\(names(bvlc, torchvision))" }
        let single = convolution(&builder, part("1x1", "branch1"), x, block.single, 1)
        var three = convolution(&builder, part("3x3_reduce", "branch2/0"), x, block.threeReduced, 1)
        three = convolution(&builder, part("3x3", "branch2/1"), three, block.three, 3)
        var five = convolution(&builder, part("5x5_reduce", "branch3/0"), x, block.fiveReduced, 1)
        five = convolution(
            &builder, part("5x5", "branch3/1"), five, block.five, variant == .bvlc ? 5 : 3)
        var pooled = builder.add(
            part("pool", "branch4/0"), .pooling(Pooling(.maximum, size: 3, stride: 1, padding: .all(1))),
            to: x)
        pooled = convolution(&builder, part("pool_proj", "branch4/1"), pooled, block.pooled, 1)
        return builder.add(part("output", "output"), .concatenate, to: single, three, five, pooled)
    }
}
