internal import GraftNetworks

/// MobileNetV2 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018,
/// https://arxiv.org/abs/1801.04381).
struct MobileNetV2: Sendable, Hashable {
    /// Whose network it is.
    enum Variant: Sendable, Hashable {
        /// Keras': its padding is TensorFlow's "same", its epsilon 1e-3.
        case keras
        /// torchvision's: padding of 1 on all sides, epsilon 1e-5, dropout before the classifier.
        case torchvision
    }

    /// The paper's table 2: blocks of one kind, of which the first takes the step.
    private struct Stage {
        var expansion: Int
        var filters: Int
        var repeats: Int
        var stride: Int
    }

    private static let stages = [
        Stage(expansion: 1, filters: 16, repeats: 1, stride: 1),
        Stage(expansion: 6, filters: 24, repeats: 2, stride: 2),
        Stage(expansion: 6, filters: 32, repeats: 3, stride: 2),
        Stage(expansion: 6, filters: 64, repeats: 4, stride: 2),
        Stage(expansion: 6, filters: 96, repeats: 3, stride: 1),
        Stage(expansion: 6, filters: 160, repeats: 3, stride: 2),
        Stage(expansion: 6, filters: 320, repeats: 1, stride: 1),
    ]

    /// Whose it is.
    var variant: Variant
    /// What the numbers of filters are multiplied by: the paper's width multiplier.
    var width: Double

    /// The network of this width.
    init(_ variant: Variant, width: Double = 1) {
        self.variant = variant
        self.width = width
    }

    private var epsilon: Float { variant == .keras ? 1e-3 : 1e-5 }

    /// Filters after multiplication: a multiple of 8, never less than nine tenths of the exact number.
    private func scaled(_ filters: Double) -> Int {
        let rounded = max(8, Int(filters + 4) / 8 * 8)
        return Double(rounded) < 0.9 * filters ? rounded + 8 : rounded
    }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        var inputs = scaled(32 * self.width)
        x = normalized(&builder, names(.stem), x, Convolution(filters: inputs, kernelSize: 3, stride: 2))
        var index = 0
        for stage in MobileNetV2.stages {
            // Keras cuts the product to a whole number first.
            let exact = (Double(stage.filters) * self.width)
            let filters = scaled(variant == .keras ? exact.rounded(.down) : exact)
            for step in 0..<stage.repeats {
                x = block(
                    &builder, index, x, inputs: inputs, filters: filters, expansion: stage.expansion,
                    stride: step == 0 ? stage.stride : 1)
                inputs = filters
                index += 1
            }
        }
        x = normalized(
            &builder, names(.last), x,
            Convolution(filters: self.width > 1 ? scaled(1280 * self.width) : 1280, kernelSize: 1))
        builder.pooledTop(x, includeTop: includeTop, dropout: variant == .keras ? nil : 0.2)
        return try builder.build()
    }

    /// Expand, convolve each channel alone, project, add.
    private func block(
        _ builder: inout NetworkBuilder, _ index: Int, _ input: String, inputs: Int, filters: Int,
        expansion: Int, stride: Int
    ) -> String {
        let expanded = inputs * expansion
        var x = input
        if expansion > 1 {
            x = normalized(
                &builder, names(.expand(index)), x, Convolution(filters: expanded, kernelSize: 1))
        }
        x = normalized(
            &builder, names(.depthwise(index)), x,
            Convolution(filters: expanded, kernelSize: 3, stride: stride, groups: expanded))
        x = normalized(&builder, names(.project(index)), x, Convolution(filters: filters, kernelSize: 1))
        guard stride == 1, inputs == filters else { return x }
        return builder.add(
            variant == .keras ? "block_\(index)_add" : "features/\(index + 1)/add", .add, to: input, x)
    }

    private func normalized(
        _ builder: inout NetworkBuilder, _ names: Names, _ x: String, _ convolution: Convolution
    ) -> String {
        var convolution = convolution
        if variant == .torchvision { convolution.padding = .all(convolution.kernelHeight / 2) }
        return builder.normalizedConvolution(
            names.convolution, normalization: names.normalization,
            activation: names.activation.map { ($0, .relu6) }, x, convolution, epsilon: epsilon)
    }

    // MARK: Names

    private enum Part {
        case stem, last
        case expand(Int)
        case depthwise(Int)
        case project(Int)
    }

    private struct Names {
        var convolution: String
        var normalization: String
        var activation: String?
    }

    private func names(_ part: Part) -> Names { variant == .keras ? kerasNames(part) : moduleNames(part) }

    private func kerasNames(_ part: Part) -> Names {
        func names(_ index: Int, _ what: String, isActivated: Bool = true) -> Names {
            let name = (index == 0 ? "expanded_conv" : "block_\(index)") + "_\(what)"
            return Names(
                convolution: name, normalization: "\(name)_BN",
                activation: isActivated ? "\(name)_relu" : nil)
        }
        return switch part {
        case .stem: Names(convolution: "Conv1", normalization: "bn_Conv1", activation: "Conv1_relu")
        case .last: Names(convolution: "Conv_1", normalization: "Conv_1_bn", activation: "out_relu")
        case .expand(let index): names(index, "expand")
        case .depthwise(let index): names(index, "depthwise")
        case .project(let index): names(index, "project", isActivated: false)
        }
    }

    private func moduleNames(_ part: Part) -> Names {
        func names(_ module: String) -> Names {
            Names(
                convolution: "\(module)/0", normalization: "\(module)/1", activation: "\(module)/2")
        }
        switch part {
        case .stem: return names("features/0")
        case .last: return names("features/18")
        case .expand(let index): return names("features/\(index + 1)/conv/0")
        case .depthwise(let index): return names("features/\(index + 1)/conv/\(index == 0 ? 0 : 1)")
        case .project(let index):
            let first = index == 0 ? 1 : 2
            return Names(
                convolution: "features/\(index + 1)/conv/\(first)",
                normalization: "features/\(index + 1)/conv/\(first + 1)", activation: nil)
        }
    }
}
