internal import GraftNetworks

/// VGG (Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
/// 2015, https://arxiv.org/abs/1409.1556): five blocks of 3x3 convolutions, each followed by a pooling that
/// halves height and width.
struct VGG: Sendable, Hashable {
    /// The columns of the paper's table 1.
    enum Configuration: String, Sendable, CaseIterable { case a, aLRN, b, c, d, e }

    /// Whose network it is: they differ in the top and in where normalisation stands.
    enum Variant: Sendable, Hashable {
        /// As in the paper; the top is made for one size of images.
        case paper
        /// Keras' VGG16 and VGG19: as in the paper, without dropout.
        case keras
        /// torchvision's: the last feature map is pooled to 7x7 before the top, whatever the size of the
        /// images.
        case torchvision(batchNormalization: Bool)
    }

    /// The column.
    var configuration: Configuration
    /// Whose it is.
    var variant: Variant

    /// The network of this column.
    init(_ configuration: Configuration, _ variant: Variant) {
        self.configuration = configuration
        self.variant = variant
    }

    /// The kernel sizes of the convolutions of each block.
    private var blocks: [[Int]] {
        switch configuration {
        case .a, .aLRN: [[3], [3], [3, 3], [3, 3], [3, 3]]
        case .b: [[3, 3], [3, 3], [3, 3], [3, 3], [3, 3]]
        case .c: [[3, 3], [3, 3], [3, 3, 1], [3, 3, 1], [3, 3, 1]]
        case .d: [[3, 3], [3, 3], [3, 3, 3], [3, 3, 3], [3, 3, 3]]
        case .e: [[3, 3], [3, 3], [3, 3, 3, 3], [3, 3, 3, 3], [3, 3, 3, 3]]
        }
    }

    private static let filters = [64, 128, 256, 512, 512]

    private var hasBatchNormalization: Bool { variant == .torchvision(batchNormalization: true) }

    func network(name: String, height: Int, width: Int, includeTop: Bool) throws -> Network {
        var builder = NetworkBuilder(name)
        var x = builder.input(height: height, width: width)
        for (block, sizes) in blocks.enumerated() {
            for (index, size) in sizes.enumerated() {
                let name = "block\(block + 1)_conv\(index + 1)"
                let convolution = Convolution(filters: VGG.filters[block], kernelSize: size, hasBias: true)
                if hasBatchNormalization {
                    x = builder.normalizedConvolution(
                        name, normalization: "\(name)/bn", activation: ("\(name)/relu", .relu), x,
                        convolution,
                        epsilon: 1e-5)
                } else {
                    x = builder.activatedConvolution(name, x, convolution)
                }
                if configuration == .aLRN, block == 0 {
                    // The paper takes AlexNet's numbers, and AlexNet's formula does not divide alpha by the
                    // number of channels.
                    x = builder.add(
                        "\(name)/norm",
                        .localResponseNormalization(
                            LocalResponseNormalization(size: 5, alpha: 5e-4, beta: 0.75, k: 2)), to: x)
                }
            }
            x = builder.add("block\(block + 1)_pool", .pooling(Pooling(.maximum, size: 2, stride: 2)), to: x)
        }
        if includeTop {
            top(&builder, x)
        } else {
            builder.pooledTop(x, includeTop: false, dropout: nil)
        }
        return try builder.build()
    }

    /// Two layers of 4096 units and the classifier.
    private func top(_ builder: inout NetworkBuilder, _ input: String) {
        var x = input
        if case .torchvision = variant {
            x = builder.add(
                "avgpool", .adaptiveAveragePooling(AdaptiveAveragePooling(height: 7, width: 7)), to: x)
        }
        x = builder.add("flatten", .flatten, to: x)
        for name in ["fc1", "fc2"] {
            x = builder.add(name, .dense(Dense(units: 4096)), to: x)
            x = builder.add("\(name)/relu", .activation(.relu), to: x)
            if variant != .keras { x = builder.add("\(name)/dropout", .dropout(Dropout(rate: 0.5)), to: x) }
        }
        builder.classifier(x, dropout: nil)
    }

    /// What torchvision calls the nodes that have parameters: it counts convolutions, BatchNorms, activations
    /// and poolings.
    var torchvisionNames: [String: String] {
        var names = ["fc1": "classifier.0", "fc2": "classifier.3", "top/dense": "classifier.6"]
        var index = 0
        for (block, sizes) in blocks.enumerated() {
            for convolution in sizes.indices {
                let name = "block\(block + 1)_conv\(convolution + 1)"
                names[name] = "features.\(index)"
                names["\(name)/bn"] = "features.\(index + 1)"
                index += hasBatchNormalization ? 3 : 2
            }
            index += 1
        }
        return names
    }

    /// What the authors' own files, and those converted from them, call the nodes: conv1_1 … conv5_3, fc6,
    /// fc7, fc8.
    var authorsNames: [String: String] {
        var names = ["fc1": "fc6", "fc2": "fc7", "top/dense": "fc8"]
        for (block, sizes) in blocks.enumerated() {
            for index in 1...sizes.count {
                names["block\(block + 1)_conv\(index)"] = "conv\(block + 1)_\(index)"
            }
        }
        return names
    }
}
