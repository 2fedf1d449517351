internal import GraftNetworks

/// SqueezeNet 1.1 (Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB
/// model size", 2016, https://arxiv.org/abs/1602.07360; version 1.1 by the authors later that year): fire
/// modules of a narrow 1x1 convolution and two wide ones side by side.
struct SqueezeNet: Sendable, Hashable {
    /// Whose network it is: the graphs are the same but for the rounding of poolings and the names.
    enum Variant: Sendable, Hashable { case keras, torchvision }

    /// Whose it is.
    var variant: Variant

    /// The network.
    init(_ variant: Variant) { self.variant = variant }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        x = builder.activatedConvolution(
            variant == .keras ? "conv1" : "features/0", x,
            Convolution(filters: 64, kernelSize: 3, stride: 2, padding: .valid))
        x = pool(&builder, variant == .keras ? "pool1" : "features/2", x)
        for (index, filters) in [16, 16, 32, 32, 48, 48, 64, 64].enumerated() {
            // Keras counts from 2; torchvision counts everything, and two more poolings stand between.
            let position = 3 + index + (index > 1 ? 1 : 0) + (index > 3 ? 1 : 0)
            x = fire(&builder, variant == .keras ? "fire\(index + 2)" : "features/\(position)", x, filters)
            if index == 1 || index == 3 {
                x = pool(
                    &builder, variant == .keras ? "pool\(index + 2)" : "features/\(position + 1)", x)
            }
        }
        if includeTop {
            x = builder.add("top/dropout", .dropout(Dropout(rate: 0.5)), to: x)
            x = builder.activatedConvolution(
                variant == .keras ? "conv10" : "classifier/1", x, Convolution(filters: 1000, kernelSize: 1))
            x = builder.add("top/pool", .globalAveragePooling, to: x)
            _ = builder.add("top/softmax", .softmax, to: x)
        } else {
            builder.pooledTop(x, includeTop: false, dropout: nil)
        }
        return try builder.build()
    }

    private func pool(_ builder: inout NetworkBuilder, _ name: String, _ x: String) -> String {
        let pooling = Pooling(.maximum, size: 3, stride: 2, roundsUp: variant == .torchvision)
        return builder.add(name, .pooling(pooling), to: x)
    }

    private func fire(_ builder: inout NetworkBuilder, _ name: String, _ input: String, _ filters: Int)
        -> String
    {
        let squeezed = builder.activatedConvolution(
            variant == .keras ? "\(name)/squeeze1x1" : "\(name)/squeeze", input,
            Convolution(filters: filters, kernelSize: 1))
        let pointwise = builder.activatedConvolution(
            "\(name)/expand1x1", squeezed, Convolution(filters: 4 * filters, kernelSize: 1))
        let square = builder.activatedConvolution(
            "\(name)/expand3x3", squeezed, Convolution(filters: 4 * filters, kernelSize: 3))
        return builder.add("\(name)/concat", .concatenate, to: pointwise, square)
    }
}
