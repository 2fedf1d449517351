internal import GraftFiles
package import GraftTensors

/// How a picture becomes a network's input: a value that belongs to the weights.
///
/// A picture is resampled once, from the decoded picture straight to the input, and each channel becomes
/// (level - mean) x scale, with levels from 0 to 255. Means and scales are those of red, green and blue,
/// whatever the order in which the network wants them, or that of grey.
package struct Preprocessing: Sendable, Hashable {
    /// The order of the channels in the input.
    package enum ColorOrder: String, Sendable, Hashable, Codable, CaseIterable {
        case rgb, bgr
        /// One channel: the luma (ITU-R BT.601-2) of each pixel before it is resampled, rounded as in
        /// Pillow's mode "L".
        case grey

        /// How many channels that makes, 1 or 3.
        package var channels: Int { self == .grey ? 1 : 3 }
    }

    /// Which part of a picture becomes the input.
    package enum ResizeRule: Sendable, Hashable {
        /// The picture is scaled until its shorter side has so many pixels, then the centre is cut out:
        /// torchvision's `Resize` and `CenterCrop`.
        case shorterSide(Int)
        /// The largest centred box of the input's proportions, less a margin, is cut out and scaled to the
        /// input: of `size + margin` parts of the shorter side `size` are kept. TensorFlow's EfficientNet has
        /// a margin of 32.
        case centerBox(margin: Int)
        /// The whole picture is scaled to the input, whatever its proportions.
        case squash
    }

    /// The input's rows.
    package let height: Int
    /// The input's columns.
    package let width: Int
    /// The order of the channels in the input.
    package let colorOrder: ColorOrder
    /// Which part of a picture becomes the input.
    package let resizeRule: ResizeRule
    /// How pixels between pixels are computed.
    package let interpolation: Interpolation
    /// The levels that become 0: red, green, blue; or one for grey.
    package let mean: [Float]
    /// The factors after the subtraction: red, green, blue; or one for grey.
    package let scale: [Float]

    /// A preprocessing of these parts.
    ///
    /// - Throws: ``ImageError`` where the parts contradict each other: sizes below 1 or above 16,384, a
    ///   shorter side smaller than the input, not a mean and scale for each channel, a number that is not
    ///   finite, a scale of 0.
    package init(
        height: Int, width: Int, colorOrder: ColorOrder = .rgb, resizeRule: ResizeRule,
        interpolation: Interpolation, mean: [Float], scale: [Float]
    ) throws(ImageError) {
        self.height = height
        self.width = width
        self.colorOrder = colorOrder
        self.resizeRule = resizeRule
        self.interpolation = interpolation
        self.mean = mean
        self.scale = scale
        if let flaw = flaw() {
            throw ImageError(.badPreprocessing, Problem("The preprocessing", found: flaw))
        }
    }

    /// What contradicts itself, if anything.
    private func flaw() -> String? {
        let sizes = 1...16_384
        guard sizes.contains(height), sizes.contains(width) else {
            return "has an input of \(height) x \(width) pixels; each side must have 1 to 16,384"
        }
        switch resizeRule {
        case .shorterSide(let side) where side < max(height, width) || !sizes.contains(side):
            return "scales the shorter side to \(side) pixels, too few to cut out \(height) x \(width)"
        case .centerBox(let margin) where !(0...16_384).contains(margin):
            return "leaves a margin of \(margin) pixels; it must be 0 to 16,384"
        default:
            break
        }
        guard mean.count == channels, scale.count == channels else {
            return "has \(mean.count) means and \(scale.count) scales; it needs "
                + (channels == 1 ? "one of each for grey" : "three of each")
        }
        guard (mean + scale).allSatisfy(\.isFinite), !scale.contains(0) else {
            return "has a mean or scale that is not a finite number, or a scale of 0"
        }
        return nil
    }

    /// How many values a pixel of the input has: 1 for grey, else 3.
    package var channels: Int { colorOrder.channels }

    /// The number of values of one input: height x width x channels.
    package var elementCount: Int { channels * height * width }

    /// The parts in one line, the same for equal values only: for the keys of caches.
    package var canonicalText: String {
        let rule =
            switch resizeRule {
            case .shorterSide(let side): "shorterSide(\(side))"
            case .centerBox(let margin): "centerBox(\(margin))"
            case .squash: "squash"
            }
        func list(_ values: [Float]) -> String { values.map(\.description).joined(separator: ",") }
        return "\(height)x\(width) \(colorOrder.rawValue) \(rule) \(interpolation.rawValue) "
            + "mean(\(list(mean))) scale(\(list(scale)))"
    }

    /// Writes a picture as one input, [height, width, channels], into its slot of a batch [count, height,
    /// width, channels].
    ///
    /// - Precondition: the slot has ``elementCount`` values.
    package func write(
        _ image: PixelImage, into slot: UnsafeMutableBufferPointer<Float>, using resampler: Resampler
    ) {
        unsafe write(image, into: slot, using: resampler, finish: finish())
    }

    /// The last step, after which levels are inputs.
    func finish(isMirrored: Bool = false, isUpsideDown: Bool = false) -> Resampler.Finish {
        Resampler.Finish(
            mean: mean, scale: scale, order: colorOrder, height: height, width: width, isMirrored: isMirrored,
            isUpsideDown: isUpsideDown)
    }

    /// Resamples the resize rule's part of a picture and finishes it.
    func write(
        _ image: PixelImage, into slot: UnsafeMutableBufferPointer<Float>, using resampler: Resampler,
        finish: Resampler.Finish
    ) {
        let box = box(in: image)
        if case .centerBox = resizeRule {
            // TensorFlow's code cuts first: the filter sees nothing of what lies outside the box.
            let part = PixelArea(
                left: Int(box.left), top: Int(box.top), width: Int(box.right - box.left),
                height: Int(box.bottom - box.top))
            let request = Resampler.Request(
                cutting: part, width: width, height: height, interpolation: interpolation)
            unsafe resampler.resample(image, request, finish: finish, into: slot)
            return
        }
        var request = Resampler.Request(
            image, box: box, width: width, height: height, interpolation: interpolation)
        if case .shorterSide(let side) = resizeRule {
            // The size before the cut decides.
            let shorter = min(image.width, image.height)
            request.isVerticalFirst = Resampler.Request.isVerticalFirst(
                request.visible, width: side * image.width / shorter, height: side * image.height / shorter)
        }
        unsafe resampler.resample(image, request, finish: finish, into: slot)
    }

    /// A picture as a batch of one, [1, height, width, channels].
    package func tensor(of image: PixelImage) -> Tensor {
        var batch = Tensor(zeros: [1, height, width, channels])
        unsafe batch.withUnsafeMutableBytes { bytes in
            unsafe write(image, into: bytes.bindMemory(to: Float.self), using: Resampler())
        }
        return batch
    }
}
