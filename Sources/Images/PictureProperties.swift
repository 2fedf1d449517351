#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What a picture is like, in a few numbers: what tells it from others of its set.
///
/// All but the extents are of the picture in grey, made smaller by whole factors until no side has more than
/// 256 pixels, which is about what a network sees.
package struct PictureProperties: Sendable, Hashable, Codable {
    /// The number of columns of the upright picture.
    package var width: Int
    /// The number of rows.
    package var height: Int
    /// Whether red, green and blue are the same everywhere.
    package var isGrey: Bool
    /// The level of 0 to 255 below which a hundredth of the pixels are.
    package var darkest: Float
    /// The mean level.
    package var brightness: Float
    /// The level above which a hundredth of the pixels are.
    package var lightest: Float
    /// The entropy of the levels in bits: 0 where all are the same, at most 8.
    package var entropy: Float
    /// The standard deviation of the Laplacian: small where edges are soft.
    package var sharpness: Float
    /// The mean level of the outermost pixels.
    package var border: Float
    /// The standard deviation of the levels of the outermost pixels: 0 where there is a frame of one colour.
    package var borderDeviation: Float
    /// What nearly the same pictures have in common.
    package var hash: PictureHash

    /// Properties of these values.
    package init(
        width: Int, height: Int, isGrey: Bool, darkest: Float, brightness: Float, lightest: Float,
        entropy: Float,
        sharpness: Float, border: Float, borderDeviation: Float, hash: PictureHash
    ) {
        (self.width, self.height, self.isGrey) = (width, height, isGrey)
        (self.darkest, self.brightness, self.lightest) = (darkest, brightness, lightest)
        (self.entropy, self.sharpness) = (entropy, sharpness)
        (self.border, self.borderDeviation, self.hash) = (border, borderDeviation, hash)
    }

    /// The properties of a picture.
    package init(_ image: PixelImage) {
        let (grey, isGrey) = GreyLevels.reduced(image)
        let (darkest, lightest, entropy) = grey.distribution
        let border = grey.border
        self.init(
            width: image.width, height: image.height, isGrey: isGrey, darkest: darkest,
            brightness: grey.levels.reduce(0, +) / Float(grey.levels.count), lightest: lightest,
            entropy: entropy,
            sharpness: grey.laplacianDeviation, border: border.mean, borderDeviation: border.deviation,
            hash: PictureHash(grey))
    }
}

extension PixelImage {
    /// The levels of the picture in grey as a square of 48 pixels, mirrored or turned: what nearly the same pictures are
    /// compared by.
    ///
    /// - Parameter symmetry: the position among ``PictureHash/symmetries``.
    package func thumbnailLevels(symmetry: Int) -> [Float] {
        let side = 48
        let levels = GreyLevels.reduced(self).grey.square(side)
        let (isTransposed, isMirrored, isFlipped) = (symmetry & 4 != 0, symmetry & 1 != 0, symmetry & 2 != 0)
        return (0..<side * side).map { place in
            var (row, column) = (place / side, place % side)
            if isFlipped { row = side - 1 - row }
            if isMirrored { column = side - 1 - column }
            return isTransposed ? levels[column * side + row] : levels[row * side + column]
        }
    }
}

/// A small picture in grey.
struct GreyLevels {
    let width: Int
    let height: Int
    /// Row-major, 0 to 255.
    let levels: [Float]

    /// No side is longer.
    private static let longest = 256

    /// A picture in grey, each pixel the mean of a square of whole pixels; and whether it has no colour.
    static func reduced(_ image: PixelImage) -> (grey: GreyLevels, hasNoColour: Bool) {
        let (width, height) = (image.width, image.height)
        let factor = (max(width, height) + longest - 1) / longest
        let (columns, rows) = ((width + factor - 1) / factor, (height + factor - 1) / factor)
        var levels = [Float](repeating: 0, count: columns * rows)
        var sums = [Int32](repeating: 0, count: width)
        var colour: UInt8 = 0
        unsafe image.samples.withUnsafeBufferPointer { samples in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                for row in 0..<rows {
                    let range = row * factor..<min((row + 1) * factor, height)
                    unsafe sums.update(repeating: 0)
                    for line in range {
                        let start = 3 * line * width
                        for column in 0..<width {
                            let (red, green, blue) = unsafe (
                                samples[start + 3 * column], samples[start + 3 * column + 1],
                                samples[start + 3 * column + 2]
                            )
                            unsafe sums[column] &+=
                                77 &* Int32(red) &+ 150 &* Int32(green) &+ 29 &* Int32(blue)
                            colour = max(colour, max(red, green, blue) - min(red, green, blue))
                        }
                    }
                    for column in 0..<columns {
                        let part = column * factor..<min((column + 1) * factor, width)
                        var sum: Int64 = 0
                        for place in part { sum &+= unsafe Int64(sums[place]) }
                        levels[row * columns + column] = Float(sum) / Float(256 * part.count * range.count)
                    }
                }
            }
        }
        return (GreyLevels(width: columns, height: rows, levels: levels), colour <= mostOfGrey)
    }

    /// Red, green and blue of a grey picture differ by no more: coding as JPEG changes them a little.
    private static let mostOfGrey: UInt8 = 4

    /// The levels at a hundredth and ninety-nine hundredths, and the entropy in bits.
    var distribution: (darkest: Float, lightest: Float, entropy: Float) {
        var counts = [Int](repeating: 0, count: 256)
        for level in levels { counts[min(max(Int(level.rounded()), 0), 255)] += 1 }
        /// The first level up to which more than so many pixels are.
        func level(_ rank: Int) -> Float {
            var sum = 0
            for (level, count) in counts.enumerated() {
                sum += count
                if sum > rank { return Float(level) }
            }
            return 255
        }
        let entropy = counts.reduce(Float(0)) { sum, count in
            guard count > 0 else { return sum }
            let share = Float(count) / Float(levels.count)
            return sum - share * log2(share)
        }
        return (level(levels.count / 100), level(levels.count - 1 - levels.count / 100), entropy)
    }

    /// The standard deviation of what each pixel differs from the mean of its four neighbours, times four.
    var laplacianDeviation: Float {
        guard width > 2, height > 2 else { return 0 }
        var (sum, squares) = (0.0, 0.0)
        for row in 1..<height - 1 {
            for place in row * width + 1..<(row + 1) * width - 1 {
                let value =
                    4 * levels[place] - levels[place - 1] - levels[place + 1] - levels[place - width]
                    - levels[place + width]
                sum += Double(value)
                squares += Double(value * value)
            }
        }
        let count = Double((width - 2) * (height - 2))
        return Float(max(squares / count - (sum / count) * (sum / count), 0).squareRoot())
    }

    /// Mean and standard deviation of the outermost pixels.
    var border: (mean: Float, deviation: Float) {
        var edge = Array(levels[..<width]) + levels[(levels.count - width)...]
        for row in 0..<height { edge += [levels[row * width], levels[(row + 1) * width - 1]] }
        let mean = edge.reduce(0, +) / Float(edge.count)
        let variance = edge.reduce(Float(0)) { $0 + ($1 - mean) * ($1 - mean) } / Float(edge.count)
        return (mean, variance.squareRoot())
    }

    /// The same squeezed or stretched to a square of this side, each pixel the mean of what it covers.
    func square(_ side: Int) -> [Float] {
        let across = GreyLevels.reduce(levels, count: height, length: width, to: side)
        // Turned, so that columns are rows.
        let turned = (0..<side).flatMap { column in (0..<height).map { across[$0 * side + column] } }
        let down = GreyLevels.reduce(turned, count: side, length: height, to: side)
        return (0..<side).flatMap { row in (0..<side).map { down[$0 * side + row] } }
    }

    /// Each of so many rows brought to another length.
    private static func reduce(_ rows: [Float], count: Int, length: Int, to side: Int) -> [Float] {
        let scale = Float(length) / Float(side)
        let parts = (0..<side).map { index -> [(place: Int, weight: Float)] in
            let (start, end) = (Float(index) * scale, Float(index + 1) * scale)
            return (Int(start)...min(Int(end), length - 1)).compactMap { place in
                let weight = min(Float(place + 1), end) - max(Float(place), start)
                return weight > 0 ? (place, weight / scale) : nil
            }
        }
        var result: [Float] = []
        result.reserveCapacity(count * side)
        for row in 0..<count {
            for part in parts {
                result.append(part.reduce(Float(0)) { $0 + rows[row * length + $1.place] * $1.weight })
            }
        }
        return result
    }
}
