internal import GraftNetworks

/// Xception (Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions", CVPR 2017,
/// https://arxiv.org/abs/1610.02357), as Keras builds it. Nodes are named after Keras' layers; the four
/// convolutions beside the blocks, which Keras does not name, as a fresh session counts them.
struct Xception: Sendable, Hashable {
    /// The network.
    init() {}

    private static let epsilon: Float = 1e-3

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        for (index, filters) in [32, 64].enumerated() {
            let name = "block1_conv\(index + 1)"
            x = builder.normalizedConvolution(
                name, normalization: "\(name)_bn", activation: ("\(name)_act", .relu), x,
                Convolution(filters: filters, kernelSize: 3, stride: 2 - index, padding: .valid),
                epsilon: Xception.epsilon)
        }
        var inputs = 64
        // The entry flow.
        for (block, filters) in [(2, 128), (3, 256), (4, 728)] {
            x = narrowing(&builder, block, x, inputs: inputs, [filters, filters])
            inputs = filters
        }
        // The middle flow.
        for block in 5...12 {
            var inner = x
            for index in 1...3 {
                inner = separable(&builder, block, index, inner, inputs: 728, filters: 728)
            }
            x = builder.add("add_\(block - 2)", .add, to: inner, x)
        }
        // The exit flow.
        x = narrowing(&builder, 13, x, inputs: 728, [728, 1024])
        for (index, (inputs, filters)) in [(1024, 1536), (1536, 2048)].enumerated() {
            let name = "block14_sepconv\(index + 1)"
            x = separable(
                &builder, 14, index + 1, x, inputs: inputs, filters: filters, isActivatedBefore: false)
            x = builder.add("\(name)_act", .activation(.relu), to: x)
        }
        builder.pooledTop(x, includeTop: includeTop, dropout: nil)
        return try builder.build()
    }

    /// Two separable convolutions and a pooling, beside them a 1x1 convolution with a step of 2.
    private func narrowing(
        _ builder: inout NetworkBuilder, _ block: Int, _ input: String, inputs: Int, _ filters: [Int]
    ) -> String {
        let number = [2: "", 3: "_1", 4: "_2", 13: "_3"][block] ?? ""
        let shortcut = builder.normalizedConvolution(
            "conv2d\(number)", normalization: "batch_normalization\(number)", activation: nil, input,
            Convolution(filters: filters[1], kernelSize: 1, stride: 2), epsilon: Xception.epsilon)
        var x = separable(
            &builder, block, 1, input, inputs: inputs, filters: filters[0], isActivatedBefore: block != 2)
        x = separable(&builder, block, 2, x, inputs: filters[0], filters: filters[1])
        x = builder.add(
            "block\(block)_pool", .pooling(Pooling(.maximum, size: 3, stride: 2, padding: .same)), to: x)
        return builder.add(block == 2 ? "add" : "add_\(block - 2)", .add, to: x, shortcut)
    }

    /// ReLU, each channel convolved alone, a 1x1 convolution and BatchNorm.
    private func separable(
        _ builder: inout NetworkBuilder, _ block: Int, _ index: Int, _ input: String, inputs: Int,
        filters: Int, isActivatedBefore: Bool = true
    ) -> String {
        let name = "block\(block)_sepconv\(index)"
        var x = input
        if isActivatedBefore { x = builder.add("\(name)_act", .activation(.relu), to: x) }
        x = builder.add(
            "\(name)/depthwise",
            .convolution(Convolution(filters: inputs, kernelSize: 3, groups: inputs)), to: x)
        return builder.normalizedConvolution(
            "\(name)/pointwise", normalization: "\(name)_bn", activation: nil, x,
            Convolution(filters: filters, kernelSize: 1), epsilon: Xception.epsilon)
    }
}
