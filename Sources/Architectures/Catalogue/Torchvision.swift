internal import GraftFiles

/// The weights of torchvision, those called `IMAGENET1K_V1`.
///
/// Addresses (with the first digits of the SHA-256), sizes in mebibytes and accuracies as in the source of
/// torchvision 0.29 (`torchvision/models`). Its licence is BSD-3-Clause; of the weights it says that they may
/// have licences of their own.
extension PretrainedWeights {
    static let torchvision: [PretrainedWeights] = [
        torchvision("vgg11", "vgg11-8a719046", 506.840, 0.69020, 0.88628),
        torchvision("vgg13", "vgg13-19584684", 507.545, 0.69928, 0.89246),
        torchvision("vgg16", "vgg16-397923af", 527.796, 0.71592, 0.90382),
        torchvision("vgg19", "vgg19-dcbb9e9d", 548.051, 0.72376, 0.90876),
        torchvision("vgg11_bn", "vgg11_bn-6002323d", 506.881, 0.70370, 0.89810),
        torchvision("vgg13_bn", "vgg13_bn-abd245e5", 507.590, 0.71586, 0.90374),
        torchvision("vgg16_bn", "vgg16_bn-6c64b313", 527.866, 0.73360, 0.91516),
        torchvision("vgg19_bn", "vgg19_bn-c79401a0", 548.143, 0.74218, 0.91842),
        torchvision("resnet18", "resnet18-f37072fd", 44.661, 0.69758, 0.89078),
        torchvision("resnet34", "resnet34-b627a593", 83.275, 0.73314, 0.91420),
        torchvision("resnet50", "resnet50-0676ba61", 97.781, 0.76130, 0.92862),
        torchvision("resnet101", "resnet101-63fe2227", 170.511, 0.77374, 0.93546),
        torchvision(
            "inception_v3", "inception_v3_google-0cc3c7bd", 103.903, 0.77294, 0.93450, size: 299,
            .torchvisionTransformed(342, size: 299)),
        torchvision("mobilenet_v2", "mobilenet_v2-b0353104", 13.555, 0.71878, 0.90286),
        torchvision(
            "googlenet", "googlenet-1378be20", 49.731, 0.69778, 0.89530,
            .torchvisionTransformed(256, size: 224)),
        torchvision("squeezenet1_1", "squeezenet1_1-b8a52dc0", 4.729, 0.58178, 0.80624),
    ]

    private static func torchvision(
        _ network: String, _ file: String, _ mebibytes: Double, _ top1: Double, _ top5: Double,
        size: Int = 224, _ pixels: PixelRule = .torchvision
    ) -> PretrainedWeights {
        let digits = file.split(separator: "-").last.map(String.init) ?? ""
        return PretrainedWeights(
            "\(network).torchvision", publisher: "torchvision",
            file: PublishedFile(
                "\(file).pth", addresses: ["https://download.pytorch.org/models/\(file).pth"],
                size: .about(Int(mebibytes * 1_048_576)), checksum: .sha256Prefix(digits)),
            licence: "BSD-3-Clause", inputSize: size, top1: top1, top5: top5, pixels: pixels)
    }
}
