/// A change of a picture's colours, on levels from 0 to 255, [height, width, 3], red first; torchvision's
/// definitions.
///
/// Factors are those of torchvision's functions: 1 changes nothing, 0 gives black, grey or a blurred picture.
/// Results stay between 0 and 255 and need not be whole.
package enum ColourOperation: Sendable, Hashable {
    /// Levels times a factor.
    case brightness(Float)
    /// The distance of levels from the mean of the picture's grey times a factor.
    case contrast(Float)
    /// The distance of levels from their pixel's grey times a factor.
    case saturation(Float)
    /// The hue (of HSV) moved by a share of the circle, -0.5 to 0.5.
    case hue(Float)
    /// The distance of levels from those of the picture smoothed by 3 x 3 weights, 5/13 in the middle and
    /// 1/13 around it, times a factor; the outermost pixels stay.
    case sharpness(Float)
    /// Only so many upper bits of each level are kept, 0 to 8.
    case posterize(bits: Int)
    /// Levels from this one on are turned over: 255 less the level.
    case solarize(from: Float)
    /// The levels of each channel are stretched to 0 to 255.
    case autoContrast
    /// The levels of each channel are spread so that all are about equally frequent.
    case equalize

    /// The levels of a picture, changed: for tests and tools.
    package func applied(to image: PixelImage) -> [Float] {
        var levels = image.samples.map { Float($0) }
        unsafe levels.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe apply(to: start, width: image.width, height: image.height, scratch: FloatScratch())
        }
        return levels
    }

    /// Changes levels in place.
    func apply(
        to levels: UnsafeMutablePointer<Float>, width: Int, height: Int, scratch: FloatScratch
    ) {
        let count = width * height
        switch self {
        case .brightness(let factor):
            unsafe ColourPass.blend(levels, 3 * count, factor: factor, with: 0)
        case .contrast(let factor):
            let mean = unsafe ColourPass.meanGrey(levels, count)
            unsafe ColourPass.blend(levels, 3 * count, factor: factor, with: mean)
        case .saturation(let factor):
            unsafe ColourPass.saturate(levels, count, factor: factor)
        case .hue(let share):
            unsafe ColourPass.turnHue(levels, count, share: share)
        case .sharpness(let factor):
            let copy = unsafe scratch.reserve(3 * count)
            unsafe copy.update(from: levels, count: 3 * count)
            unsafe ColourPass.sharpen(copy, into: levels, width: width, height: height, factor: factor)
        case .posterize(let bits):
            let mask = Int32(0xff) & ~(Int32(0xff) &>> Int32(min(max(bits, 0), 8)))
            for index in 0..<(3 &* count) { unsafe levels[index] = Float(Int32(levels[index]) & mask) }
        case .solarize(let first):
            for index in 0..<(3 &* count) {
                let level = unsafe levels[index]
                unsafe levels[index] = level >= first ? 255 - level : level
            }
        case .autoContrast:
            for channel in 0..<3 { unsafe ColourPass.stretch(levels + channel, count) }
        case .equalize:
            for channel in 0..<3 { unsafe ColourPass.equalize(levels + channel, count) }
        }
    }
}
