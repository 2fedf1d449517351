internal import GraftNetworks

/// MobileNet (Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
/// Applications", 2017, https://arxiv.org/abs/1704.04861): depthwise convolutions, each followed by a 1x1
/// convolution.
struct MobileNetV1: Sendable, Hashable {
    /// Whose network it is.
    enum Variant: Sendable, Hashable {
        /// Keras': ReLU6, epsilon 1e-3, one row and column of zeros at the bottom and right of each step of
        /// 2.
        case keras
        /// The PyTorch network in three stages that face detectors are built on: leaky ReLU, padding of 1 on
        /// all sides, epsilon 1e-5.
        case stages
    }

    /// The filters of each pair after the first convolution, and the steps of their depthwise convolutions:
    /// the paper's table 1.
    private static let pairs = [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1),
        (512, 1), (1024, 2), (1024, 1),
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
    private var function: Activation { variant == .keras ? .relu6 : .leakyReLU(slope: 0.1) }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        var inputs = Int(32 * self.width)
        let stem = Convolution(
            filters: inputs, kernelSize: 3, stride: 2, padding: variant == .keras ? .same : .all(1))
        x =
            variant == .keras
            ? builder.normalizedConvolution(
                "conv1", normalization: "conv1_bn", activation: ("conv1_relu", function), x, stem,
                epsilon: epsilon)
            : builder.normalizedConvolution(
                "stage1/0/0", normalization: "stage1/0/1", activation: ("stage1/0/2", function), x, stem,
                epsilon: epsilon)
        for (index, (filters, stride)) in MobileNetV1.pairs.enumerated() {
            let filters = Int(Double(filters) * self.width)
            x = pair(&builder, index, x, inputs: inputs, filters: filters, stride: stride)
            inputs = filters
        }
        builder.pooledTop(x, includeTop: includeTop, dropout: variant == .keras ? 1e-3 : nil)
        return try builder.build()
    }

    private func pair(
        _ builder: inout NetworkBuilder, _ index: Int, _ input: String, inputs: Int, filters: Int, stride: Int
    ) -> String {
        var depthwise = Convolution(filters: inputs, kernelSize: 3, stride: stride, groups: inputs)
        let pointwise = Convolution(filters: filters, kernelSize: 1)
        switch variant {
        case .keras:
            if stride > 1 { depthwise.padding = .edges(.init(top: 0, left: 0, bottom: 1, right: 1)) }
            let names = ["conv_dw_\(index + 1)", "conv_pw_\(index + 1)"]
            return zip(names, [depthwise, pointwise]).reduce(input) { x, layer in
                builder.normalizedConvolution(
                    layer.0, normalization: "\(layer.0)_bn", activation: ("\(layer.0)_relu", function), x,
                    layer.1, epsilon: epsilon)
            }
        case .stages:
            depthwise.padding = .all(1)
            // Stages of 5, 6 and 2 pairs; the first one starts with the plain convolution.
            let module =
                index < 5
                ? "stage1/\(index + 1)" : index < 11 ? "stage2/\(index - 5)" : "stage3/\(index - 11)"
            return [depthwise, pointwise].enumerated().reduce(input) { x, layer in
                let first = 3 * layer.offset
                return builder.normalizedConvolution(
                    "\(module)/\(first)", normalization: "\(module)/\(first + 1)",
                    activation: ("\(module)/\(first + 2)", function), x, layer.element, epsilon: epsilon)
            }
        }
    }
}
