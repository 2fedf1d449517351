internal import GraftNetworks

/// EfficientNet-Lite: EfficientNet (Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional
/// Neural Networks", ICML 2019, https://arxiv.org/abs/1905.11946) without squeeze-and-excitation, with ReLU6
/// instead of swish, and with a stem and a head that are not scaled, as Google published it in 2020 for
/// phones and embedded devices.
struct EfficientNetLite: Sendable, Hashable {
    /// The published sizes.
    enum Variant: Int, Sendable, CaseIterable { case lite0, lite1, lite2 }

    /// A stage: blocks of one kind, of which the first may halve height and width.
    private struct Stage {
        var repeats: Int
        var kernelSize: Int
        var stride: Int
        var expansion: Int
        var filters: Int
    }

    /// Table 1 of the paper: EfficientNet-B0's stages.
    private static let stages = [
        Stage(repeats: 1, kernelSize: 3, stride: 1, expansion: 1, filters: 16),
        Stage(repeats: 2, kernelSize: 3, stride: 2, expansion: 6, filters: 24),
        Stage(repeats: 2, kernelSize: 5, stride: 2, expansion: 6, filters: 40),
        Stage(repeats: 3, kernelSize: 3, stride: 2, expansion: 6, filters: 80),
        Stage(repeats: 3, kernelSize: 5, stride: 1, expansion: 6, filters: 112),
        Stage(repeats: 4, kernelSize: 5, stride: 2, expansion: 6, filters: 192),
        Stage(repeats: 1, kernelSize: 3, stride: 1, expansion: 6, filters: 320),
    ]

    /// The size.
    var variant: Variant

    /// The network of this size.
    init(_ variant: Variant) { self.variant = variant }

    /// "efficientnet_lite0" and so on.
    var name: String { "efficientnet_\(variant)" }

    /// The height and width of the images it was published for, in pixels.
    var nativeSize: Int {
        switch variant {
        case .lite0: 224
        case .lite1: 240
        case .lite2: 260
        }
    }

    /// The factors by which B0's numbers of filters and of blocks are multiplied.
    private var scaling: (width: Double, depth: Double) {
        switch variant {
        case .lite0: (1, 1)
        case .lite1: (1, 1.1)
        case .lite2: (1.1, 1.2)
        }
    }

    /// The rate of the dropout before the published top.
    private var dropoutRate: Float { variant == .lite2 ? 0.3 : 0.2 }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        x = normalized(&builder, "stem/", x, Convolution(filters: 32, kernelSize: 3, stride: 2))
        var inputs = 32
        var index = 0
        for (position, stage) in EfficientNetLite.stages.enumerated() {
            let filters = scaled(filters: stage.filters)
            let isEdge = position == 0 || position == EfficientNetLite.stages.count - 1
            let repeats = isEdge ? stage.repeats : Int((scaling.depth * Double(stage.repeats)).rounded(.up))
            for step in 0..<repeats {
                let stride = step == 0 ? stage.stride : 1
                x = block(
                    &builder, "blocks/\(index)", x, inputs: inputs, stride: stride, stage: stage,
                    filters: filters)
                inputs = filters
                index += 1
            }
        }
        x = normalized(&builder, "head/", x, Convolution(filters: 1280, kernelSize: 1))
        builder.pooledTop(x, includeTop: includeTop, dropout: dropoutRate)
        return try builder.build()
    }

    /// An inverted residual block (Sandler et al., MobileNetV2, 2018): expand, convolve each channel alone,
    /// project, add.
    private func block(
        _ builder: inout NetworkBuilder, _ name: String, _ input: String, inputs: Int, stride: Int,
        stage: Stage,
        filters: Int
    ) -> String {
        var x = input
        let expanded = inputs * stage.expansion
        if stage.expansion > 1 {
            x = normalized(
                &builder, "\(name)/expand_", x, Convolution(filters: expanded, kernelSize: 1))
        }
        x = normalized(
            &builder, "\(name)/depthwise_", x,
            Convolution(filters: expanded, kernelSize: stage.kernelSize, stride: stride, groups: expanded))
        x = normalized(
            &builder, "\(name)/project_", x, Convolution(filters: filters, kernelSize: 1),
            isActivated: false)
        guard stride == 1, inputs == filters else { return x }
        return builder.add("\(name)/add", .add, to: x, input)
    }

    private func normalized(
        _ builder: inout NetworkBuilder, _ prefix: String, _ x: String, _ convolution: Convolution,
        isActivated: Bool = true
    ) -> String {
        builder.normalizedConvolution(
            "\(prefix)conv", normalization: "\(prefix)bn",
            activation: isActivated ? ("\(prefix)relu", .relu6) : nil, x, convolution, epsilon: 1e-3)
    }

    /// Filters after scaling: a multiple of 8, never less than nine tenths of the exact number.
    private func scaled(filters: Int) -> Int {
        let exact = Double(filters) * scaling.width
        let rounded = max(8, Int(exact + 4) / 8 * 8)
        return Double(rounded) < 0.9 * exact ? rounded + 8 : rounded
    }

    /// What the PyTorch files call a node, as in "_blocks.3._depthwise_conv".
    func moduleName(_ node: String) -> String? {
        let parts = node.split(separator: "/").map(String.init)
        switch (parts.first, parts.last) {
        case ("stem", "conv"): return "_conv_stem"
        case ("stem", "bn"): return "_bn0"
        case ("head", "conv"): return "_conv_head"
        case ("head", "bn"): return "_bn1"
        case ("top", "dense"): return "_fc"
        case ("blocks", let last?) where parts.count == 3:
            let inner =
                ["expand_bn": "_bn0", "depthwise_bn": "_bn1", "project_bn": "_bn2"][last] ?? "_\(last)"
            return "_blocks.\(parts[1]).\(inner)"
        default: return nil
        }
    }
}
