/// The inner loops of ``ColourOperation``, for interleaved red, green and blue levels.
///
/// Loops take whole vectors, so that they read and write up to twelve values behind the last.
enum ColourPass {
    typealias Vector = SIMD4<Float>

    /// torchvision's weights of red, green and blue in grey.
    private static let greyWeights: (Float, Float, Float) = (0.2989, 0.587, 0.114)

    /// Moves values towards one level, or away from it.
    static func blend(_ levels: UnsafeMutablePointer<Float>, _ count: Int, factor: Float, with level: Float) {
        let factors = Vector(repeating: factor)
        let rest = Vector(repeating: (1 - factor) * level)
        var place = UnsafeMutableRawPointer(levels)
        for _ in 0..<((count &+ 3) / 4) {
            let value = unsafe place.loadUnaligned(as: Vector.self)
            unsafe place.storeBytes(of: limit(value * factors + rest), as: Vector.self)
            unsafe place += 16
        }
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
        unsafe forEachFour(levels, pixelCount) { red, green, blue in
            let grey = red * greyWeights.0 + green * greyWeights.1 + blue * greyWeights.2
            let rest = grey * (1 - factor)
            return (limit(red * factor + rest), limit(green * factor + rest), limit(blue * factor + rest))
        }
    }

    /// Turns the hue of each pixel by a share of the circle.
    static func turnHue(_ levels: UnsafeMutablePointer<Float>, _ pixelCount: Int, share: Float) {
        let turn = Vector(repeating: 6 * share)
        let six = Vector(repeating: 6)
        let (zero, one) = (Vector(repeating: 0), Vector(repeating: 1))
        unsafe forEachFour(levels, pixelCount) { red, green, blue in
            let most = larger(larger(red, green), blue)
            let chroma = most - smaller(smaller(red, green), blue)
            let divisor = chroma.replacing(with: one, where: chroma .== zero)
            // In sixths of the circle: from -1 (where red is largest) to 5.
            var hue = 4 + (red - green) / divisor
            hue.replace(with: 2 + (blue - red) / divisor, where: most .== green)
            hue.replace(with: (green - blue) / divisor, where: most .== red)
            hue += turn
            hue.replace(with: hue + six, where: hue .< zero)
            hue.replace(with: hue - six, where: hue .>= six)
            func level(_ offset: Float) -> Vector {
                var place = hue + offset
                place.replace(with: place - six, where: place .>= six)
                return most - chroma * larger(zero, smaller(smaller(place, 4 - place), one))
            }
            return (level(5), level(3), level(1))
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
                unsafe output[x] = value < 0 ? 0 : value > 255 ? 255 : value
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
            unsafe levels[3 &* pixel] = value > 255 ? 255 : value
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

    /// Changes four pixels at a time, given as four values of red, green and blue.
    @inline(__always)
    private static func forEachFour(
        _ levels: UnsafeMutablePointer<Float>, _ pixelCount: Int,
        _ change: (Vector, Vector, Vector) -> (Vector, Vector, Vector)
    ) {
        var place = UnsafeMutableRawPointer(levels)
        for _ in 0..<((pixelCount &+ 3) / 4) {
            let a = unsafe place.loadUnaligned(as: Vector.self)
            let b = unsafe place.loadUnaligned(fromByteOffset: 16, as: Vector.self)
            let c = unsafe place.loadUnaligned(fromByteOffset: 32, as: Vector.self)
            let (red, green, blue) = change(
                Vector(a[0], a[3], b[2], c[1]), Vector(a[1], b[0], b[3], c[2]),
                Vector(a[2], b[1], c[0], c[3]))
            unsafe place.storeBytes(of: Vector(red[0], green[0], blue[0], red[1]), as: Vector.self)
            unsafe place.storeBytes(
                of: Vector(green[1], blue[1], red[2], green[2]), toByteOffset: 16, as: Vector.self)
            unsafe place.storeBytes(
                of: Vector(blue[2], red[3], green[3], blue[3]), toByteOffset: 32, as: Vector.self)
            unsafe place += 48
        }
    }

    // Comparisons become single instructions; the standard library's functions are unspecialised calls.
    @inline(__always)
    private static func limit(_ values: Vector) -> Vector {
        smaller(larger(values, Vector(repeating: 0)), Vector(repeating: 255))
    }

    @inline(__always)
    private static func larger(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: a .< b) }

    @inline(__always)
    private static func smaller(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: a .> b) }
}
