internal import GraftNetworks

/// ResNet (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016,
/// https://arxiv.org/abs/1512.03385), as torchvision builds it: in a bottleneck the 3x3 convolution takes the
/// step of 2. Nodes are named after torchvision's modules.
struct ResNet: Sendable, Hashable {
    /// The number of layers.
    enum Depth: Int, Sendable, CaseIterable {
        case layers18 = 18
        case layers34 = 34
        case layers50 = 50
        case layers101 = 101
    }

    /// The number of layers.
    var depth: Depth

    /// The network of this depth.
    init(_ depth: Depth) { self.depth = depth }

    /// The number of blocks of each stage: the paper's table 1.
    private var blocks: [Int] {
        switch depth {
        case .layers18: [2, 2, 2, 2]
        case .layers34, .layers50: [3, 4, 6, 3]
        case .layers101: [3, 4, 23, 3]
        }
    }

    private var hasBottlenecks: Bool { depth.rawValue >= 50 }

    private static let epsilon: Float = 1e-5

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        x = builder.normalizedConvolution(
            "conv1", normalization: "bn1", activation: ("relu", .relu), x,
            Convolution(filters: 64, kernelSize: 7, stride: 2, padding: .all(3)), epsilon: ResNet.epsilon)
        x = builder.add(
            "maxpool", .pooling(Pooling(.maximum, size: 3, stride: 2, padding: .all(1))), to: x)
        var inputs = 64
        for (stage, count) in blocks.enumerated() {
            for index in 0..<count {
                x = block(
                    &builder, "layer\(stage + 1)/\(index)", x, inputs: &inputs, filters: 64 << stage,
                    stride: stage > 0 && index == 0 ? 2 : 1)
            }
        }
        builder.pooledTop(x, includeTop: includeTop, dropout: nil)
        return try builder.build()
    }

    /// Two or three convolutions, beside them the input itself or a 1x1 convolution of it.
    private func block(
        _ builder: inout NetworkBuilder, _ name: String, _ input: String, inputs: inout Int, filters: Int,
        stride: Int
    ) -> String {
        let outputs = hasBottlenecks ? 4 * filters : filters
        let narrow = Convolution(filters: filters, kernelSize: 1)
        let plain = Convolution(filters: filters, kernelSize: 3, padding: .all(1))
        let stepping = Convolution(filters: filters, kernelSize: 3, stride: stride, padding: .all(1))
        let wide = Convolution(filters: outputs, kernelSize: 1)
        let convolutions = hasBottlenecks ? [narrow, stepping, wide] : [stepping, plain]
        var x = input
        for (index, convolution) in convolutions.enumerated() {
            let isLast = index == convolutions.count - 1
            x = builder.normalizedConvolution(
                "\(name)/conv\(index + 1)", normalization: "\(name)/bn\(index + 1)",
                activation: isLast ? nil : ("\(name)/relu\(index + 1)", .relu), x, convolution,
                epsilon: ResNet.epsilon)
        }
        var shortcut = input
        if stride > 1 || inputs != outputs {
            shortcut = builder.normalizedConvolution(
                "\(name)/downsample/0", normalization: "\(name)/downsample/1", activation: nil, input,
                Convolution(filters: outputs, kernelSize: 1, stride: stride), epsilon: ResNet.epsilon)
        }
        inputs = outputs
        return builder.add(
            "\(name)/relu", .activation(.relu), to: builder.add("\(name)/add", .add, to: x, shortcut))
    }
}

/// ResNet50 as Keras builds it: its convolutions have biases, the first 1x1 convolution of a block takes the
/// step of 2, and epsilon is 1.001e-5. Nodes are named after Keras' layers.
struct KerasResNet50: Sendable, Hashable {
    /// The network.
    init() {}

    private static let epsilon: Float = 1.001e-5

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        x = builder.normalizedConvolution(
            "conv1_conv", normalization: "conv1_bn", activation: ("conv1_relu", .relu), x,
            Convolution(filters: 64, kernelSize: 7, stride: 2, padding: .all(3), hasBias: true),
            epsilon: KerasResNet50.epsilon)
        // Keras pads with zeros here, which after a ReLU are never greater than what they stand beside.
        x = builder.add(
            "pool1_pool", .pooling(Pooling(.maximum, size: 3, stride: 2, padding: .all(1))), to: x)
        for (stage, count) in [3, 4, 6, 3].enumerated() {
            for index in 1...count {
                x = block(
                    &builder, "conv\(stage + 2)_block\(index)", x, filters: 64 << stage,
                    stride: stage > 0 && index == 1 ? 2 : 1, isFirst: index == 1)
            }
        }
        builder.pooledTop(x, includeTop: includeTop, dropout: nil)
        return try builder.build()
    }

    private func block(
        _ builder: inout NetworkBuilder, _ name: String, _ input: String, filters: Int, stride: Int,
        isFirst: Bool
    ) -> String {
        func convolution(_ filters: Int, _ size: Int, _ stride: Int = 1) -> Convolution {
            Convolution(filters: filters, kernelSize: size, stride: stride, hasBias: true)
        }
        var shortcut = input
        if isFirst {
            shortcut = builder.normalizedConvolution(
                "\(name)_0_conv", normalization: "\(name)_0_bn", activation: nil, input,
                convolution(4 * filters, 1, stride), epsilon: KerasResNet50.epsilon)
        }
        let convolutions = [
            convolution(filters, 1, stride), convolution(filters, 3), convolution(4 * filters, 1),
        ]
        var x = input
        for (index, convolution) in convolutions.enumerated() {
            x = builder.normalizedConvolution(
                "\(name)_\(index + 1)_conv", normalization: "\(name)_\(index + 1)_bn",
                activation: index == 2 ? nil : ("\(name)_\(index + 1)_relu", .relu), x, convolution,
                epsilon: KerasResNet50.epsilon)
        }
        return builder.add(
            "\(name)_out", .activation(.relu), to: builder.add("\(name)_add", .add, to: shortcut, x))
    }
}
