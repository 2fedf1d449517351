internal import GraftImages

/// How pictures of any size become the input of some weights: a preprocessing before the input's size is
/// chosen.
package struct PixelRule: Sendable, Hashable {
    var colorOrder = Preprocessing.ColorOrder.rgb
    var resizing: Resizing
    var interpolation = Interpolation.bilinear
    /// The levels, of 0 to 255, that become 0: red, green, blue.
    var mean: [Float]
    /// The factors after the subtraction: red, green, blue.
    var scale: [Float]

    /// Which part of a picture becomes the input.
    enum Resizing: Hashable {
        /// The shorter side is scaled to `side` for inputs of `size` pixels, in proportion for others; then
        /// the centre is cut out.
        case shorterSide(Int, size: Int)
        /// The largest centred box, less a margin, is scaled to the input.
        case centerBox(margin: Int)
    }

    func preprocessing(height: Int, width: Int) throws -> Preprocessing {
        let rule: Preprocessing.ResizeRule =
            switch resizing {
            case .shorterSide(let side, let size):
                .shorterSide(Int((Double(max(height, width) * side) / Double(size)).rounded()))
            case .centerBox(let margin): .centerBox(margin: margin)
            }
        return try Preprocessing(
            height: height, width: width, colorOrder: colorOrder, resizeRule: rule,
            interpolation: interpolation, mean: mean, scale: scale)
    }
}

extension PixelRule {
    /// Keras' mode "caffe": BGR, levels less ImageNet's means.
    ///
    /// The resize rule is Graft's choice: Keras says nothing of it, and published accuracies of such networks
    /// are those of a centre crop of 224 pixels from pictures whose shorter side is 256.
    static let kerasCaffe = PixelRule(
        colorOrder: .bgr, resizing: .shorterSide(256, size: 224), mean: [123.68, 116.779, 103.939],
        scale: [1, 1, 1])

    /// Keras' mode "tf": RGB, levels / 127.5 − 1. The resize rule is Graft's choice, as in ``kerasCaffe``.
    static let kerasTF = PixelRule(
        resizing: .shorterSide(256, size: 224), mean: [127.5, 127.5, 127.5],
        scale: [1 / 127.5, 1 / 127.5, 1 / 127.5])

    /// torchvision's `ImageClassification` preset with its standard means and deviations of levels from 0 to
    /// 1.
    static let torchvision = PixelRule(
        resizing: .shorterSide(256, size: 224), mean: [0.485, 0.456, 0.406].map { Float(255 * $0) },
        scale: [0.229, 0.224, 0.225].map { Float(1 / (255 * $0)) })

    /// torchvision's preset for weights that came from TensorFlow: the network itself turns the standard
    /// input into level / 127.5 − 1 (`transform_input`), which is folded in here.
    static func torchvisionTransformed(_ side: Int, size: Int) -> PixelRule {
        PixelRule(
            resizing: .shorterSide(side, size: size), mean: [127.5, 127.5, 127.5],
            scale: [1 / 127.5, 1 / 127.5, 1 / 127.5])
    }

    /// Caffe's GoogLeNet: BGR, levels less whole-number means. Caffe squashes pictures to 256 x 256 before
    /// the crop; Graft keeps their proportions.
    static let bvlc = PixelRule(
        colorOrder: .bgr, resizing: .shorterSide(256, size: 224), mean: [123, 117, 104], scale: [1, 1, 1])

    /// Google's EfficientNet-Lite: (level − 127) / 128; the centre box that leaves a margin of 32 parts,
    /// which is 0.875 of the shorter side at 224 pixels; bicubic.
    static let efficientNetLite = PixelRule(
        resizing: .centerBox(margin: 32), interpolation: .bicubic, mean: [127, 127, 127],
        scale: [1 / 128, 1 / 128, 1 / 128])
}
