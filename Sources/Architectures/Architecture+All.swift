extension Architecture {
    static let efficientNetLite = EfficientNetLite.Variant.allCases.map { variant in
        let network = EfficientNetLite(variant)
        return Architecture(
            network.name, .pytorch, size: network.nativeSize,
            sourceNames: { network.moduleName($0).map { [$0] } ?? [] }, build: network.network)
    }

    /// The width multipliers that weights were published for, and how they are written in names.
    private static let widths: [(String, Double)] = [
        ("_035", 0.35), ("_050", 0.5), ("_075", 0.75), ("", 1), ("_130", 1.3), ("_140", 1.4),
    ]

    static let mobileNet: [Architecture] =
        widths.map { suffix, width in
            Architecture(
                "mobilenet_v2\(suffix).keras", .keras, sourceNames: named(kerasTop),
                build: MobileNetV2(.keras, width: width).network)
        }
        + [mobileNetV2("mobilenet_v2.torchvision", width: 1)]
        + [("_025", 0.25), ("_050", 0.5), ("_075", 0.75), ("", 1)].map { suffix, width in
            mobileNetV1("mobilenet_v1\(suffix).keras", width: width)
        }
        + [
            Architecture(
                "mobilenet_v1_025.pytorch", .pytorch, sourceNames: namedInParallel,
                build: MobileNetV1(.stages, width: 0.25).network)
        ]

    /// The file was written by PyTorch's DataParallel, which puts every name below "module".
    private static let namedInParallel: @Sendable (String) -> [String] = { node in
        let module = node == "top/dense" ? "fc" : node.split(separator: "/").joined(separator: ".")
        return ["module.\(module)", module]
    }

    static let googLeNet = [
        Architecture(
            "googlenet.torchvision", .torchvision, auxiliaries: ["aux1.", "aux2."],
            sourceNames: named(["top/dense": "fc"]), build: GoogLeNet(.torchvision).network),
        Architecture(
            "googlenet.bvlc", .bvlc, auxiliaries: ["loss1/", "loss2/"],
            sourceNames: named(["top/dense": "loss3/classifier"]), build: GoogLeNet(.bvlc).network),
    ]

    static let inception = [
        Architecture(
            "inception_v3.keras", .keras, size: 299, minimumSize: 75, sourceNames: named(kerasTop),
            build: InceptionV3(.keras).network),
        Architecture(
            "inception_v3.torchvision", .torchvision, size: 299, minimumSize: 75,
            auxiliaries: ["AuxLogits."], sourceNames: named(["top/dense": "fc"]),
            build: InceptionV3(.torchvision).network),
        Architecture(
            "xception.keras", .keras, size: 299, minimumSize: 71, sourceNames: named(kerasTop),
            build: Xception().network),
    ]

    static let resNet =
        [
            Architecture(
                "resnet50.keras", .keras, sourceNames: named(kerasTop), build: KerasResNet50().network)
        ]
        + ResNet.Depth.allCases.map { depth in
            Architecture(
                "resnet\(depth.rawValue).torchvision", .torchvision,
                sourceNames: named(["top/dense": "fc"]), build: ResNet(depth).network)
        }

    static let vgg: [Architecture] = {
        let plain = VGG.Variant.torchvision(batchNormalization: false)
        let normalized = VGG.Variant.torchvision(batchNormalization: true)
        return [
            vgg("vgg16.keras", .keras, VGG(.d, .keras)), vgg("vgg19.keras", .keras, VGG(.e, .keras)),
            vgg("vgg11.torchvision", .torchvision, VGG(.a, plain)),
            vgg("vgg13.torchvision", .torchvision, VGG(.b, plain)),
            vgg("vgg16.torchvision", .torchvision, VGG(.d, plain)),
            vgg("vgg19.torchvision", .torchvision, VGG(.e, plain)),
            vgg("vgg11_bn.torchvision", .torchvision, VGG(.a, normalized)),
            vgg("vgg13_bn.torchvision", .torchvision, VGG(.b, normalized)),
            vgg("vgg16_bn.torchvision", .torchvision, VGG(.d, normalized)),
            vgg("vgg19_bn.torchvision", .torchvision, VGG(.e, normalized)),
            vgg("vgg_a_lrn.pytorch", .pytorch, VGG(.aLRN, .paper)),
            vgg("vgg_c.pytorch", .pytorch, VGG(.c, .paper)),
        ]
    }()

    private static func vgg(_ name: String, _ source: Source, _ network: VGG) -> Architecture {
        let own = source == .torchvision ? network.torchvisionNames : kerasTop
        let authors = network.authorsNames
        return Architecture(
            name, source,
            sourceNames: { node in
                [own[node] ?? (source == .torchvision ? nil : node), authors[node]].compactMap { $0 }
            },
            build: network.network)
    }

    static let squeezeNet = [
        Architecture(
            "squeezenet1_1.keras", .keras, size: 227, sourceNames: named([:]),
            build: SqueezeNet(.keras).network),
        Architecture(
            "squeezenet1_1.torchvision", .torchvision, sourceNames: named([:]),
            build: SqueezeNet(.torchvision).network),
    ]

    /// What Keras calls the published classifier.
    private static let kerasTop = ["top/dense": "predictions"]

    /// Names where a source's own do not follow from the nodes'.
    static func named(_ names: [String: String]) -> @Sendable (String) -> [String] {
        { names[$0].map { [$0] } ?? [] }
    }
}
