internal import GraftNetworks

/// Inception v3 (Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016,
/// https://arxiv.org/abs/1512.00567).
struct InceptionV3: Sendable, Hashable {
    /// Whose network it is: they differ in names, in BatchNorm and in what an average at the edge counts.
    enum Variant: Sendable, Hashable {
        /// Keras': BatchNorm without gamma, averages over what is inside only. Nodes bear the names of a
        /// fresh session.
        case keras
        /// torchvision's: averages count zeros around. Nodes are named after its modules.
        case torchvision
    }

    /// Whose it is.
    var variant: Variant

    /// The network.
    init(_ variant: Variant) { self.variant = variant }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var writer = InceptionV3Writer(variant: variant, builder: NetworkBuilder(name))
        var x = writer.builder.input(height: height, width: width)
        x = writer.convolution("Conv2d_1a_3x3", x, 32, [3, 3], stride: 2, padding: .valid)
        x = writer.convolution("Conv2d_2a_3x3", x, 32, [3, 3], padding: .valid)
        x = writer.convolution("Conv2d_2b_3x3", x, 64, [3, 3])
        x = writer.maximum("maxpool1", x)
        x = writer.convolution("Conv2d_3b_1x1", x, 80, [1, 1], padding: .valid)
        x = writer.convolution("Conv2d_4a_3x3", x, 192, [3, 3], padding: .valid)
        x = writer.maximum("maxpool2", x)
        x = writer.fine("Mixed_5b", x, pooled: 32)
        x = writer.fine("Mixed_5c", x, pooled: 64)
        x = writer.fine("Mixed_5d", x, pooled: 64)
        x = writer.firstReduction("Mixed_6a", x)
        x = writer.factorized("Mixed_6b", x, narrow: 128)
        x = writer.factorized("Mixed_6c", x, narrow: 160)
        x = writer.factorized("Mixed_6d", x, narrow: 160)
        x = writer.factorized("Mixed_6e", x, narrow: 192)
        x = writer.secondReduction("Mixed_7a", x)
        x = writer.wide("Mixed_7b", x)
        x = writer.wide("Mixed_7c", x)
        writer.builder.pooledTop(
            x, includeTop: includeTop, dropout: variant == .keras ? nil : 0.5)
        return try writer.builder.build()
    }
}

/// Writes the blocks down; names are torchvision's, or counted as Keras counts layers that nobody named.
private struct InceptionV3Writer {
    let variant: InceptionV3.Variant
    var builder: NetworkBuilder
    private var counts: [String: Int] = [:]
    private var mixed = 0

    init(variant: InceptionV3.Variant, builder: NetworkBuilder) {
        self.variant = variant
        self.builder = builder
    }

    /// "conv2d", "conv2d_1" and so on.
    private mutating func counted(_ kind: String) -> String {
        let count = counts[kind, default: 0]
        counts[kind] = count + 1
        return count == 0 ? kind : "\(kind)_\(count)"
    }

    mutating func convolution(
        _ module: String, _ x: String, _ filters: Int, _ kernel: [Int], stride: Int = 1,
        padding: Padding = .same
    ) -> String {
        let convolution = Convolution(
            filters: filters, kernelHeight: kernel[0], kernelWidth: kernel[1], stride: stride,
            padding: padding)
        let isKeras = variant == .keras
        return builder.normalizedConvolution(
            isKeras ? counted("conv2d") : "\(module)/conv",
            normalization: isKeras ? counted("batch_normalization") : "\(module)/bn",
            activation: (isKeras ? counted("activation") : "\(module)/relu", .relu), x, convolution,
            epsilon: 1e-3, hasScale: !isKeras)
    }

    mutating func maximum(_ module: String, _ x: String) -> String {
        builder.add(
            variant == .keras ? counted("max_pooling2d") : module,
            .pooling(Pooling(.maximum, size: 3, stride: 2)), to: x)
    }

    private mutating func average(_ module: String, _ x: String) -> String {
        let isKeras = variant == .keras
        return builder.add(
            isKeras ? counted("average_pooling2d") : "\(module)/pool",
            .pooling(
                Pooling(isKeras ? .average : .averageWithPadding, size: 3, stride: 1, padding: .same)),
            to: x)
    }

    private mutating func joined(_ module: String, _ branches: String...) -> String {
        defer { mixed += 1 }
        return builder.add(variant == .keras ? "mixed\(mixed)" : module, .concatenate, to: branches)
    }

    /// A chain of convolutions.
    private mutating func chain(_ module: String, _ input: String, _ layers: [(Int, [Int])]) -> String {
        layers.enumerated().reduce(input) { x, layer in
            convolution("\(module)_\(layer.offset + 1)", x, layer.element.0, layer.element.1)
        }
    }

    /// The paper's figure 5.
    mutating func fine(_ name: String, _ x: String, pooled: Int) -> String {
        let single = convolution("\(name)/branch1x1", x, 64, [1, 1])
        let five = chain("\(name)/branch5x5", x, [(48, [1, 1]), (64, [5, 5])])
        let double = chain("\(name)/branch3x3dbl", x, [(64, [1, 1]), (96, [3, 3]), (96, [3, 3])])
        let mean = average("\(name)/branch_pool", x)
        let pool = convolution("\(name)/branch_pool", mean, pooled, [1, 1])
        return joined(name, single, five, double, pool)
    }

    /// The paper's figure 10: height and width are halved.
    mutating func firstReduction(_ name: String, _ x: String) -> String {
        let three = convolution("\(name)/branch3x3", x, 384, [3, 3], stride: 2, padding: .valid)
        var double = chain("\(name)/branch3x3dbl", x, [(64, [1, 1]), (96, [3, 3])])
        double = convolution("\(name)/branch3x3dbl_3", double, 96, [3, 3], stride: 2, padding: .valid)
        return joined(name, three, double, maximum("\(name)/branch_pool", x))
    }

    /// The paper's figure 6: 7x7 convolutions as 1x7 and 7x1.
    mutating func factorized(_ name: String, _ x: String, narrow: Int) -> String {
        let single = convolution("\(name)/branch1x1", x, 192, [1, 1])
        let seven = chain(
            "\(name)/branch7x7", x, [(narrow, [1, 1]), (narrow, [1, 7]), (192, [7, 1])])
        let double = chain(
            "\(name)/branch7x7dbl", x,
            [(narrow, [1, 1]), (narrow, [7, 1]), (narrow, [1, 7]), (narrow, [7, 1]), (192, [1, 7])])
        let mean = average("\(name)/branch_pool", x)
        let pool = convolution("\(name)/branch_pool", mean, 192, [1, 1])
        return joined(name, single, seven, double, pool)
    }

    /// Height and width are halved again.
    mutating func secondReduction(_ name: String, _ x: String) -> String {
        var three = convolution("\(name)/branch3x3_1", x, 192, [1, 1])
        three = convolution("\(name)/branch3x3_2", three, 320, [3, 3], stride: 2, padding: .valid)
        var seven = chain("\(name)/branch7x7x3", x, [(192, [1, 1]), (192, [1, 7]), (192, [7, 1])])
        seven = convolution("\(name)/branch7x7x3_4", seven, 192, [3, 3], stride: 2, padding: .valid)
        return joined(name, three, seven, maximum("\(name)/branch_pool", x))
    }

    /// The paper's figure 7: 1x3 and 3x1 convolutions side by side.
    mutating func wide(_ name: String, _ x: String) -> String {
        let single = convolution("\(name)/branch1x1", x, 320, [1, 1])
        var three = convolution("\(name)/branch3x3_1", x, 384, [1, 1])
        three = split("\(name)/branch3x3_2", three, as: "mixed9_\(mixed - 9)")
        var double = chain("\(name)/branch3x3dbl", x, [(448, [1, 1]), (384, [3, 3])])
        double = split("\(name)/branch3x3dbl_3", double, as: nil)
        let mean = average("\(name)/branch_pool", x)
        let pool = convolution("\(name)/branch_pool", mean, 192, [1, 1])
        return joined(name, single, three, double, pool)
    }

    private mutating func split(_ module: String, _ x: String, as kerasName: String?) -> String {
        let across = convolution("\(module)a", x, 384, [1, 3])
        let down = convolution("\(module)b", x, 384, [3, 1])
        let name = variant == .keras ? kerasName ?? counted("concatenate") : module
        return builder.add(name, .concatenate, to: across, down)
    }
}
