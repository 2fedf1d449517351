/// The inner loops of ``Resampler``.
///
/// Plain loops over pointers and four- or sixteen-value vectors, which any 64-bit processor has registers for. Callers
/// have checked sizes; memory of the intermediate picture reaches past the end of each row.
enum ResamplingPass {
    /// How many rows the horizontal pass takes at a time: each weight is fetched once for all of them.
    static let rowBatch = 4

    /// Makes `Float`s of a row's samples, red first, or blue first where reversed.
    @inline(__always)
    static func widen(
        _ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<Float>, pixelCount: Int,
        isReversed: Bool
    ) {
        if isReversed {
            for pixel in 0..<pixelCount {
                unsafe target[3 &* pixel] = Float(source[3 &* pixel &+ 2])
                unsafe target[3 &* pixel &+ 1] = Float(source[3 &* pixel &+ 1])
                unsafe target[3 &* pixel &+ 2] = Float(source[3 &* pixel])
            }
        } else {
            for index in 0..<(3 &* pixelCount) { unsafe target[index] = Float(source[index]) }
        }
    }

    /// Resamples four rows horizontally, to whole levels.
    ///
    /// Each pixel is read and written as four values, the last of which belongs to the next pixel and is overwritten.
    static func horizontal(
        _ source: UnsafePointer<Float>, stride sourceStride: Int, firstPixel: Int, _ columns: FilterTable,
        into target: UnsafeMutablePointer<Float>, stride targetStride: Int
    ) {
        typealias Vector = SIMD4<Float>
        let bytes = 4 &* sourceStride
        unsafe columns.weights.withUnsafeBufferPointer { weights in
            var output = UnsafeMutableRawPointer(target)
            for x in columns.starts.indices {
                var pixel = unsafe UnsafeRawPointer(source + 3 &* (columns.starts[x] &- firstPixel))
                var (a, b, c, d) = (roundingBias, roundingBias, roundingBias, roundingBias)
                let first = x &* columns.stride
                for k in first..<(first &+ columns.counts[x]) {
                    let weight = unsafe Vector(repeating: weights[k])
                    unsafe a += weight * pixel.loadUnaligned(as: Vector.self)
                    unsafe b += weight * (pixel + bytes).loadUnaligned(as: Vector.self)
                    unsafe c += weight * (pixel + 2 &* bytes).loadUnaligned(as: Vector.self)
                    unsafe d += weight * (pixel + 3 &* bytes).loadUnaligned(as: Vector.self)
                    unsafe pixel += 12
                }
                let step = 4 &* targetStride
                unsafe output.storeBytes(of: wholeLevels(a), as: Vector.self)
                unsafe (output + step).storeBytes(of: wholeLevels(b), as: Vector.self)
                unsafe (output + 2 &* step).storeBytes(of: wholeLevels(c), as: Vector.self)
                unsafe (output + 3 &* step).storeBytes(of: wholeLevels(d), as: Vector.self)
                unsafe output += 12
            }
        }
    }

    /// Makes one row of the result: the weighted sum of rows, to whole levels, less the mean, times the scale.
    static func vertical(
        _ source: UnsafePointer<Float>, stride: Int, weights: UnsafePointer<Float>, count rowCount: Int,
        means: UnsafePointer<Float>, scales: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        typealias Vector = SIMD4<Float>
        for offset in Swift.stride(from: 0, to: count, by: 16) {
            var (a, b, c, d) = (roundingBias, roundingBias, roundingBias, roundingBias)
            var row = unsafe UnsafeRawPointer(source + offset)
            for k in 0..<rowCount {
                let weight = unsafe Vector(repeating: weights[k])
                unsafe a += weight * row.loadUnaligned(as: Vector.self)
                unsafe b += weight * row.loadUnaligned(fromByteOffset: 16, as: Vector.self)
                unsafe c += weight * row.loadUnaligned(fromByteOffset: 32, as: Vector.self)
                unsafe d += weight * row.loadUnaligned(fromByteOffset: 48, as: Vector.self)
                unsafe row += 4 &* stride
            }
            var values = (wholeLevels(a), wholeLevels(b), wholeLevels(c), wholeLevels(d))
            let mean = unsafe UnsafeRawPointer(means + offset)
            let scale = unsafe UnsafeRawPointer(scales + offset)
            unsafe values.0 =
                (values.0 - mean.loadUnaligned(as: Vector.self)) * scale.loadUnaligned(as: Vector.self)
            unsafe values.1 =
                (values.1 - mean.loadUnaligned(fromByteOffset: 16, as: Vector.self))
                * scale.loadUnaligned(fromByteOffset: 16, as: Vector.self)
            unsafe values.2 =
                (values.2 - mean.loadUnaligned(fromByteOffset: 32, as: Vector.self))
                * scale.loadUnaligned(fromByteOffset: 32, as: Vector.self)
            unsafe values.3 =
                (values.3 - mean.loadUnaligned(fromByteOffset: 48, as: Vector.self))
                * scale.loadUnaligned(fromByteOffset: 48, as: Vector.self)
            let room = 4 &* Swift.min(16, count &- offset)
            unsafe UnsafeMutableRawPointer(target + offset).copyMemory(from: &values, byteCount: room)
        }
    }

    /// Added to every sum: an exact half goes up, as in fixed-point arithmetic, where rounding alone goes to even.
    private static let roundingBias = SIMD4<Float>(repeating: 0x1p-13)

    /// The nearest whole numbers from 0 to 255. Adding 2²³ leaves no bits for a fraction.
    @inline(__always)
    private static func wholeLevels(_ values: SIMD4<Float>) -> SIMD4<Float> {
        // Comparisons become single instructions; the standard library's `clamped` is an unspecialised call.
        let top = SIMD4<Float>(repeating: 255)
        let bottom = SIMD4<Float>(repeating: 0)
        let positive = values.replacing(with: bottom, where: values .< bottom)
        let limited = positive.replacing(with: top, where: positive .> top)
        let magic = SIMD4<Float>(repeating: 0x1p23)
        return (limited + magic) - magic
    }
}
