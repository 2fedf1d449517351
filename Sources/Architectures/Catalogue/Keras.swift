internal import GraftFiles

/// The weights of Keras Applications.
///
/// Addresses, MD5s and preprocessing modes as in the source of Keras 3.15 (`keras/src/applications`);
/// MobileNets have no MD5 there. Sizes are what the server announces, as logs of downloads show them; `nil`
/// where none was found. Accuracies: the table of keras.io/api/applications; for other widths of the
/// MobileNets the tables in the modules' own documentation, which for MobileNetV1 has no top-5.
extension PretrainedWeights {
    static let keras: [PretrainedWeights] = [
        keras(
            "vgg16", .kerasCaffe, licence: "CC-BY-4.0", top1: 0.713, top5: 0.901,
            top: ("64373286793e3c8b2b4e3219cbf3544b", 553_467_096),
            withoutTop: ("6d6bbae143d832006294945121d1f1fc", 58_889_256)),
        keras(
            "vgg19", .kerasCaffe, licence: "CC-BY-4.0", top1: 0.713, top5: 0.900,
            top: ("cbe5617147190e668d6c5d5026f83318", 574_710_816),
            withoutTop: ("253f8cb515780f3b799900260a226db6", 80_134_624)),
        keras(
            "resnet50", folder: "resnet", .kerasCaffe, licence: "MIT", top1: 0.749, top5: 0.921,
            top: ("2cb95161c43110f7111970584f804107", 102_967_424),
            withoutTop: ("4d473c1dd8becc155b73f8504c6f6626", 94_765_736)),
        keras(
            "inception_v3", size: 299, .kerasTF, licence: "Apache-2.0", top1: 0.779, top5: 0.937,
            top: ("9a0d58056eeedaa3f26cb7ebd46da564", 96_112_376),
            withoutTop: ("bcbd6486424b2319ff4ef7d526e38f63", 87_910_968)),
        keras(
            "xception", size: 299, .kerasTF, licence: "MIT", top1: 0.790, top5: 0.945,
            top: ("0a58e3b7378bc2990ea3b43d5981f1f6", 91_884_032),
            withoutTop: ("b0042744bf5b25fce3cb969f33bebb97", 83_683_744)),

        mobileNetV2("", "1.0", top1: 0.713, top5: 0.901, sizes: (14_536_120, 9_406_464)),
        mobileNetV2("_035", "0.35", top1: 0.603, top5: 0.829, sizes: (nil, 2_019_640)),
        mobileNetV2("_050", "0.5", top1: 0.654, top5: 0.864),
        mobileNetV2("_075", "0.75", top1: 0.698, top5: 0.896),
        mobileNetV2("_130", "1.3", top1: 0.744, top5: 0.921),
        mobileNetV2("_140", "1.4", top1: 0.750, top5: 0.925),

        mobileNetV1("", "1_0", top1: 0.704, top5: 0.895, sizes: (17_225_924, 17_225_924)),
        mobileNetV1("_025", "2_5", top1: 0.506),
        mobileNetV1("_050", "5_0", top1: 0.637),
        mobileNetV1("_075", "7_5", top1: 0.684),
    ]

    private static let base = "https://storage.googleapis.com/tensorflow/keras-applications"

    private static func keras(
        _ network: String, folder: String? = nil, size: Int = 224, _ pixels: PixelRule, licence: String,
        top1: Double, top5: Double, top: (md5: String, size: Int), withoutTop: (md5: String, size: Int)
    ) -> PretrainedWeights {
        func file(_ suffix: String, _ facts: (md5: String, size: Int)) -> PublishedFile {
            let name = "\(network)_weights_tf_dim_ordering_tf_kernels\(suffix).h5"
            return PublishedFile(
                name, addresses: ["\(base)/\(folder ?? network)/\(name)"], size: .exact(facts.size),
                checksum: .md5(facts.md5))
        }
        return PretrainedWeights(
            "\(network).keras", publisher: "Keras Applications", file: file("", top),
            fileWithoutTop: file("_notop", withoutTop), licence: licence, inputSize: size, top1: top1,
            top5: top5, pixels: pixels)
    }

    private static func mobileNetV2(
        _ suffix: String, _ width: String, top1: Double, top5: Double, sizes: (Int?, Int?) = (nil, nil)
    ) -> PretrainedWeights {
        let name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_\(width)_224"
        return mobileNet(
            "mobilenet_v2\(suffix)", folder: "mobilenet_v2", name, top1: top1, top5: top5, sizes: sizes)
    }

    private static func mobileNetV1(
        _ suffix: String, _ width: String, top1: Double, top5: Double? = nil,
        sizes: (Int?, Int?) = (nil, nil)
    ) -> PretrainedWeights {
        mobileNet(
            "mobilenet_v1\(suffix)", folder: "mobilenet", "mobilenet_\(width)_224_tf", top1: top1, top5: top5,
            sizes: sizes)
    }

    private static func mobileNet(
        _ network: String, folder: String, _ name: String, top1: Double, top5: Double?, sizes: (Int?, Int?)
    ) -> PretrainedWeights {
        func file(_ name: String, _ size: Int?) -> PublishedFile {
            PublishedFile(
                name, addresses: ["\(base)/\(folder)/\(name)"], size: size.map { .exact($0) })
        }
        return PretrainedWeights(
            "\(network).keras", publisher: "Keras Applications", file: file("\(name).h5", sizes.0),
            fileWithoutTop: file("\(name)_no_top.h5", sizes.1), licence: "Apache-2.0", top1: top1, top5: top5,
            pixels: .kerasTF)
    }
}
