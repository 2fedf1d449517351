public import Networks

/// EfficientNet-Lite: EfficientNet (Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
/// ICML 2019, https://arxiv.org/abs/1905.11946) without squeeze-and-excitation, with ReLU6 instead of swish, and with a stem and a
/// head that are not scaled, as Google published it in 2020 for phones and embedded devices.
public struct EfficientNetLite: Sendable, Hashable {
    /// The published sizes.
    public enum Variant: Int, Sendable, CaseIterable { case lite0, lite1, lite2 }

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
    public var variant: Variant

    /// The network of this size.
    public init(_ variant: Variant) { self.variant = variant }

    /// "efficientnet_lite0" and so on.
    public var name: String { "efficientnet_\(variant)" }

    /// The height and width of the images it was published for, in pixels.
    public var nativeSize: Int {
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

    /// The network for images of this height and width in pixels.
    ///
    /// - Parameter includeTop: whether dropout, the dense layer of 1000 classes and softmax follow the pooled features of 1280 numbers.
    /// - Throws: `NetworkError` where the size is not positive.
    public func network(height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        x = builder.normalizedConvolution(
            "stem", x, Convolution(filters: 32, kernelSize: 3, stride: 2), isActivated: true)
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
        x = builder.normalizedConvolution(
            "head", x, Convolution(filters: 1280, kernelSize: 1), isActivated: true)
        x = builder.add("features", .globalAveragePooling, to: x)
        if includeTop {
            x = builder.add("top/dropout", .dropout(Dropout(rate: dropoutRate)), to: x)
            x = builder.add("top/dense", .dense(Dense(units: 1000)), to: x)
            _ = builder.add("top/softmax", .softmax, to: x)
        }
        return try builder.build()
    }

    /// An inverted residual block (Sandler et al., MobileNetV2, 2018): expand, convolve each channel alone, project, add.
    private func block(
        _ builder: inout NetworkBuilder, _ name: String, _ input: String, inputs: Int, stride: Int,
        stage: Stage,
        filters: Int
    ) -> String {
        var x = input
        let expanded = inputs * stage.expansion
        if stage.expansion > 1 {
            x = builder.normalizedConvolution(
                "\(name)/expand", x, Convolution(filters: expanded, kernelSize: 1), isActivated: true,
                separator: "_")
        }
        x = builder.normalizedConvolution(
            "\(name)/depthwise", x,
            Convolution(filters: expanded, kernelSize: stage.kernelSize, stride: stride, groups: expanded),
            isActivated: true, separator: "_")
        x = builder.normalizedConvolution(
            "\(name)/project", x, Convolution(filters: filters, kernelSize: 1), isActivated: false,
            separator: "_")
        guard stride == 1, inputs == filters else { return x }
        return builder.add("\(name)/add", .add, to: x, input)
    }

    /// Filters after scaling: a multiple of 8, never less than nine tenths of the exact number.
    private func scaled(filters: Int) -> Int {
        let exact = Double(filters) * scaling.width
        let rounded = max(8, Int(exact + 4) / 8 * 8)
        return Double(rounded) < 0.9 * exact ? rounded + 8 : rounded
    }
}

extension NetworkBuilder {
    /// A convolution without bias, BatchNorm and, if asked for, ReLU6.
    fileprivate mutating func normalizedConvolution(
        _ name: String, _ input: String, _ convolution: Convolution, isActivated: Bool,
        separator: String = "/"
    ) -> String {
        var x = add("\(name)\(separator)conv", .convolution(convolution), to: input)
        x = add("\(name)\(separator)bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        return isActivated ? add("\(name)\(separator)relu", .activation(.relu6), to: x) : x
    }
}
