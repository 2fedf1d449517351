/// The inner loops of ``ColourOperation``, for interleaved red, green and blue levels.
///
/// Scalars without branches, which the compiler turns into better vectors than it makes of `SIMD4` and its
/// masks.
enum ColourPass {
    /// torchvision's weights of red, green and blue in grey.
    private static let greyWeights: (Float, Float, Float) = (0.2989, 0.587, 0.114)

    /// Moves values towards one level, or away from it.
    static func blend(_ levels: UnsafeMutablePointer<Float>, _ count: Int, factor: Float, with level: Float) {
        let rest = (1 - factor) * level
        for index in 0..<count { unsafe levels[index] = limit(levels[index] * factor + rest) }
    }

    /// The mean of all pixels' grey.
    static func meanGrey(_ levels: UnsafePointer<Float>, _ pixelCount: Int) -> Float {
        var sum = 0.0
        var done = 0
        // Sums of 64 pixels are exact where levels are whole.
        while done < pixelCount {
            let end = min(done + 64, pixelCount)
            var (red, green, blue) = (Float(0), Float(0), Float(0))
            for pixel in done..<end {
                unsafe red += levels[3 &* pixel]
                unsafe green += levels[3 &* pixel &+ 1]
                unsafe blue += levels[3 &* pixel &+ 2]
            }
            sum += Double(greyWeights.0) * Double(red) + Double(greyWeights.1) * Double(green)
            sum += Double(greyWeights.2) * Double(blue)
            done = end
        }
        return Float(sum / Double(max(pixelCount, 1)))
    }

    /// Moves each pixel towards its grey, or away from it.
    static func saturate(_ levels: UnsafeMutablePointer<Float>, _ pixelCount: Int, factor: Float) {
        for index in 0..<pixelCount {
            let pixel = unsafe levels + 3 &* index
            let (red, green, blue) = unsafe (pixel[0], pixel[1], pixel[2])
            let grey = red * greyWeights.0 + green * greyWeights.1 + blue * greyWeights.2
            let rest = grey * (1 - factor)
            unsafe pixel[0] = limit(red * factor + rest)
            unsafe pixel[1] = limit(green * factor + rest)
            unsafe pixel[2] = limit(blue * factor + rest)
        }
    }

    /// Turns the hue of each pixel by a share of the circle.
    static func turnHue(_ levels: UnsafeMutablePointer<Float>, _ pixelCount: Int, share: Float) {
        let turn = 6 * share
        for index in 0..<pixelCount {
            let pixel = unsafe levels + 3 &* index
            let (red, green, blue) = unsafe (pixel[0], pixel[1], pixel[2])
            let most = larger(larger(red, green), blue)
            let least = smaller(smaller(red, green), blue)
            let chroma = most - least
            let isRed = most == red
            let isGreen = most == green
            let difference = isRed ? green - blue : isGreen ? blue - red : red - green
            // In sixths of the circle: from -1 (where red is largest) to 5. Grey has the hue of red.
            let sixth: Float = isRed ? 0 : isGreen ? 2 : 4
            var hue = sixth + turn + difference / larger(chroma, 0x1p-20)
            hue += hue < 0 ? 6 : 0
            hue -= hue >= 6 ? 6 : 0
            // The share of the chroma that each channel has at a hue: a trapezium.
            unsafe pixel[0] = least + chroma * smaller(larger(abs(hue - 3) - 1, 0), 1)
            unsafe pixel[1] = least + chroma * smaller(larger(2 - abs(hue - 2), 0), 1)
            unsafe pixel[2] = least + chroma * smaller(larger(2 - abs(hue - 4), 0), 1)
        }
    }

    /// Moves each inner pixel towards the smoothed picture, or away from it.
    static func sharpen(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, width: Int, height: Int,
        factor: Float
    ) {
        guard width > 2, height > 2 else { return }
        let row = 3 * width
        let smooth = (1 - factor) / 13
        for y in 1..<(height - 1) {
            let middle = unsafe source + y * row
            let (above, below) = unsafe (middle - row, middle + row)
            let output = unsafe target + y * row
            for x in 3..<(row - 3) {
                let up = unsafe above[x &- 3] + above[x] + above[x &+ 3]
                let sides = unsafe middle[x &- 3] + middle[x &+ 3]
                let down = unsafe below[x &- 3] + below[x] + below[x &+ 3]
                let centre = unsafe middle[x]
                let value = centre * factor + (up + sides + down + 5 * centre) * smooth
                unsafe output[x] = limit(value)
            }
        }
    }

    /// Stretches one channel, of which the first value is given, to 0 to 255; a channel of one level stays.
    static func stretch(_ levels: UnsafeMutablePointer<Float>, _ pixelCount: Int) {
        var (least, most) = (Float.infinity, -Float.infinity)
        for pixel in 0..<pixelCount {
            let level = unsafe levels[3 &* pixel]
            least = level < least ? level : least
            most = level > most ? level : most
        }
        guard least < most else { return }
        let factor = 255 / (most - least)
        for pixel in 0..<pixelCount {
            let value = unsafe (levels[3 &* pixel] - least) * factor
            unsafe levels[3 &* pixel] = limit(value)
        }
    }

    /// Spreads the levels of one channel, of which the first value is given; they become whole.
    static func equalize(_ levels: UnsafeMutablePointer<Float>, _ pixelCount: Int) {
        var counts = [Int](repeating: 0, count: 256)
        for pixel in 0..<pixelCount { unsafe counts[whole(levels[3 &* pixel])] += 1 }
        guard let last = counts.last(where: { $0 > 0 }) else { return }
        let step = (pixelCount - last) / 255
        guard step > 0 else { return }
        var table = [Float](repeating: 0, count: 256)
        var below = 0
        for level in 0..<256 {
            table[level] = Float(min((below + step / 2) / step, 255))
            below += counts[level]
        }
        table[0] = 0
        for pixel in 0..<pixelCount {
            unsafe levels[3 &* pixel] = table[whole(levels[3 &* pixel])]
        }
    }

    private static func whole(_ level: Float) -> Int { Int(min(max(level, 0), 255) + 0.5) }

    @inline(__always)
    private static func limit(_ value: Float) -> Float { smaller(larger(value, 0), 255) }

    @inline(__always)
    private static func larger(_ a: Float, _ b: Float) -> Float { a > b ? a : b }

    @inline(__always)
    private static func smaller(_ a: Float, _ b: Float) -> Float { a < b ? a : b }
}
