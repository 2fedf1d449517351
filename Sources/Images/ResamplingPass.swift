/// The inner loops of ``Resampler``.
///
/// Plain loops over pointers and four- or sixteen-value vectors, which any 64-bit processor has registers
/// for. Callers have checked sizes; memory of the intermediate picture reaches past the end of each row.
enum ResamplingPass {
    /// How many rows the horizontal pass takes at a time: each weight is fetched once for all of them.
    static let rowBatch = 4
    /// How many values the vertical pass takes at a time; rows are padded to whole multiples.
    static let vectorLength = 16

    /// Makes `Float`s of a row's samples; three times the grey level where a grey picture is wanted.
    @inline(__always)
    static func widen(
        _ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<Float>, pixelCount: Int,
        isGrey: Bool
    ) {
        if isGrey {
            for pixel in 0..<pixelCount {
                let level = unsafe Float(greyLevel(source + 3 &* pixel))
                unsafe target[3 &* pixel] = level
                unsafe target[3 &* pixel &+ 1] = level
                unsafe target[3 &* pixel &+ 2] = level
            }
        } else {
            for index in 0..<(3 &* pixelCount) { unsafe target[index] = Float(source[index]) }
        }
    }

    /// The luma of a pixel (ITU-R BT.601-2) in 16-bit fixed point, as Pillow's mode "L" has it.
    @inline(__always)
    static func greyLevel(_ pixel: UnsafePointer<UInt8>) -> Int32 {
        unsafe (19595 &* Int32(pixel[0]) &+ 38470 &* Int32(pixel[1]) &+ 7471 &* Int32(pixel[2]) &+ 0x8000)
            &>> 16
    }

    /// Resamples four rows horizontally, to whole levels.
    ///
    /// Each pixel is read and written as four values, the last of which belongs to the next pixel and is
    /// overwritten.
    static func horizontal(
        _ source: UnsafePointer<Float>, stride sourceStride: Int, _ columns: FilterTable,
        into target: UnsafeMutablePointer<Float>, stride targetStride: Int
    ) {
        let firstPixel = columns.sourceRange.lowerBound
        let bytes = 4 &* sourceStride
        let step = 4 &* targetStride
        unsafe columns.weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            var output = UnsafeMutableRawPointer(target)
            for x in columns.starts.indices {
                let start = unsafe source + 3 &* (columns.starts[x] &- firstPixel)
                let row = unsafe weights + x &* columns.stride
                let count = columns.counts[x]
                var pixel = unsafe UnsafeRawPointer(start)
                var (a, b, c, d) = (Vector(), Vector(), Vector(), Vector())
                for k in 0..<count {
                    let weight = unsafe Vector(repeating: row[k])
                    unsafe a += weight * pixel.loadUnaligned(as: Vector.self)
                    unsafe b += weight * (pixel + bytes).loadUnaligned(as: Vector.self)
                    unsafe c += weight * (pixel + 2 &* bytes).loadUnaligned(as: Vector.self)
                    unsafe d += weight * (pixel + 3 &* bytes).loadUnaligned(as: Vector.self)
                    unsafe pixel += 12
                }
                if let levels = wholeLevels(a, b, c, d) {
                    unsafe output.storeBytes(of: levels.0, as: Vector.self)
                    unsafe (output + step).storeBytes(of: levels.1, as: Vector.self)
                    unsafe (output + 2 &* step).storeBytes(of: levels.2, as: Vector.self)
                    unsafe (output + 3 &* step).storeBytes(of: levels.3, as: Vector.self)
                } else {
                    for y in 0..<rowBatch {
                        for channel in 0..<3 {
                            unsafe target[y &* targetStride &+ 3 &* x &+ channel] = exactLevel(
                                start + y &* sourceStride + channel, stride: 3, weights: row, count: count)
                        }
                    }
                }
                unsafe output += 12
            }
        }
    }

    /// Makes one row of `stride` values: the weighted sum of rows, to whole levels.
    static func vertical(
        _ source: UnsafePointer<Float>, stride: Int, weights: UnsafePointer<Float>, count: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        for offset in Swift.stride(from: 0, to: stride, by: vectorLength) {
            var (a, b, c, d) = (Vector(), Vector(), Vector(), Vector())
            var row = unsafe UnsafeRawPointer(source + offset)
            for k in 0..<count {
                let weight = unsafe Vector(repeating: weights[k])
                unsafe a += weight * row.loadUnaligned(as: Vector.self)
                unsafe b += weight * row.loadUnaligned(fromByteOffset: 16, as: Vector.self)
                unsafe c += weight * row.loadUnaligned(fromByteOffset: 32, as: Vector.self)
                unsafe d += weight * row.loadUnaligned(fromByteOffset: 48, as: Vector.self)
                unsafe row += 4 &* stride
            }
            if let levels = wholeLevels(a, b, c, d) {
                let output = unsafe UnsafeMutableRawPointer(target + offset)
                unsafe output.storeBytes(of: levels.0, as: Vector.self)
                unsafe output.storeBytes(of: levels.1, toByteOffset: 16, as: Vector.self)
                unsafe output.storeBytes(of: levels.2, toByteOffset: 32, as: Vector.self)
                unsafe output.storeBytes(of: levels.3, toByteOffset: 48, as: Vector.self)
            } else {
                for index in offset..<(offset &+ vectorLength) {
                    unsafe target[index] = exactLevel(
                        source + index, stride: stride, weights: weights, count: count)
                }
            }
        }
    }

    private typealias Vector = SIMD4<Float>

    /// The nearest whole numbers from 0 to 255; `nil` where a sum is so near to a half that its `Float`
    /// rounding errors may decide.
    @inline(__always)
    private static func wholeLevels(
        _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector
    ) -> (Vector, Vector, Vector, Vector)? {
        let limited = (limit(a), limit(b), limit(c), limit(d))
        // Adding 2²³ leaves no bits for a fraction.
        let magic = Vector(repeating: 0x1p23)
        let whole = (
            (limited.0 + magic) - magic, (limited.1 + magic) - magic, (limited.2 + magic) - magic,
            (limited.3 + magic) - magic
        )
        let apart = (
            whole.0 - limited.0, whole.1 - limited.1, whole.2 - limited.2, whole.3 - limited.3
        )
        let most = Vector(repeating: (0.5 - 0x1p-12) * (0.5 - 0x1p-12))
        let isNear =
            (apart.0 * apart.0 .> most) .| (apart.1 * apart.1 .> most)
            .| (apart.2 * apart.2 .> most) .| (apart.3 * apart.3 .> most)
        return any(isNear) ? nil : whole
    }

    @inline(__always)
    private static func limit(_ values: Vector) -> Vector {
        // Comparisons become single instructions; the standard library's `clamped` is an unspecialised call.
        let bottom = Vector(repeating: 0)
        let top = Vector(repeating: 255)
        let positive = values.replacing(with: bottom, where: values .< bottom)
        return positive.replacing(with: top, where: positive .> top)
    }

    /// The weighted sum as Pillow rounds it: weights are multiples of 2⁻²², so that a `Double` holds it
    /// exactly, and halves go up.
    @inline(never)
    private static func exactLevel(
        _ values: UnsafePointer<Float>, stride: Int, weights: UnsafePointer<Float>, count: Int
    ) -> Float {
        var sum = 0.5
        for k in 0..<count { unsafe sum += Double(weights[k]) * Double(values[k &* stride]) }
        return Float(Int(min(max(sum, 0), 255)))
    }
}
