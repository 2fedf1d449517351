/// Resamples pictures: antialiased, separable, horizontally first, like Pillow.
///
/// As in Pillow the intermediate picture is rounded to whole grey levels too. Sums are in `Float` where Pillow has 22-bit
/// fixed point, so results agree but for rare ties and never differ by more than one level.
///
/// Keeps filter tables and memory from one picture to the next. Each worker has its own.
package final class Resampler {
    private var tables: [FilterTable.Key: FilterTable] = [:]
    /// Rows of the source as `Float`s.
    private let sourceRows = FloatScratch()
    /// The picture between the two passes.
    private let intermediate = FloatScratch()
    /// The factors and offsets of one row of the result, repeated for each pixel.
    private let affine = FloatScratch()

    /// Most tables that are kept. A folder has few sizes of pictures, or so many that keeping them does not pay.
    private static let tableLimit = 64

    package init() {}

    /// What becomes of the grey levels 0 to 255: (level - mean) x scale, for red, green and blue, written in that order or
    /// reversed.
    struct Finish {
        var mean: SIMD3<Float> = .zero
        var scale: SIMD3<Float> = .one
        var isReversed = false
    }

    /// A picture of another size, from `box` of the source, or all of it.
    ///
    /// - Precondition: width and height are positive and the box fits the picture.
    package func resize(
        _ image: PixelImage, box: PixelBox? = nil, width: Int, height: Int, interpolation: Interpolation
    ) -> PixelImage {
        var levels = [Float](repeating: 0, count: 3 * width * height)
        unsafe levels.withUnsafeMutableBufferPointer { target in
            unsafe resample(
                image, box: box ?? PixelBox(image), width: width, height: height,
                interpolation: interpolation,
                finish: Finish(), into: target)
        }
        return PixelImage(width: width, height: height, samples: levels.map { UInt8($0) })
    }

    /// Resamples `box` of a picture and writes the finished values, [height, width, 3], into `target`.
    func resample(
        _ image: PixelImage, box: PixelBox, width: Int, height: Int, interpolation: Interpolation,
        finish: Finish,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(width > 0 && height > 0 && target.count == 3 * width * height, "the target does not fit")
        precondition(box.fits(image), "\(box) is not within \(image.width) x \(image.height)")
        let columns = table(
            .init(
                sourceExtent: image.width, start: box.left, end: box.right, resultExtent: width,
                interpolation: interpolation))
        let rows = table(
            .init(
                sourceExtent: image.height, start: box.top, end: box.bottom, resultExtent: height,
                interpolation: interpolation))
        guard let start = target.baseAddress else { return }
        // A whole number of 16-value vectors, with room for the fourth lane behind the last pixel.
        let stride = (3 * width + 4 + 15) / 16 * 16
        horizontalPass(
            image, rows: rows.sourceRange, columns: columns, stride: stride, isReversed: finish.isReversed)
        unsafe verticalPass(rows, rowLength: 3 * width, stride: stride, finish: finish, into: start)
    }

    private func table(_ key: FilterTable.Key) -> FilterTable {
        if let known = tables[key] { return known }
        if tables.count >= Self.tableLimit { tables.removeAll(keepingCapacity: true) }
        let made = FilterTable(key)
        tables[key] = made
        return made
    }

    /// Fills ``intermediate`` with the source's rows, resampled to the result's width, `stride` values apart.
    private func horizontalPass(
        _ image: PixelImage, rows: Range<Int>, columns: FilterTable, stride: Int, isReversed: Bool
    ) {
        let range = columns.sourceRange
        let batch = ResamplingPass.rowBatch
        let rowStride = 3 * range.count + 4
        let source = unsafe sourceRows.reserve(batch * rowStride)
        let result = unsafe intermediate.reserve((rows.count + batch - 1) / batch * batch * stride)
        unsafe image.samples.withUnsafeBufferPointer { samples in
            guard let start = samples.baseAddress else { return }
            for done in Swift.stride(from: 0, to: rows.count, by: batch) {
                for row in 0..<batch {
                    // Behind the last row it is repeated: a batch is always full.
                    let y = rows.lowerBound + min(done + row, rows.count - 1)
                    unsafe ResamplingPass.widen(
                        start + 3 * (y * image.width + range.lowerBound), into: source + row * rowStride,
                        pixelCount: range.count, isReversed: isReversed)
                }
                unsafe ResamplingPass.horizontal(
                    source, stride: rowStride, firstPixel: range.lowerBound, columns,
                    into: result + done * stride, stride: stride)
            }
        }
    }

    /// Writes the finished result from ``intermediate``.
    private func verticalPass(
        _ rows: FilterTable, rowLength: Int, stride: Int, finish: Finish,
        into target: UnsafeMutablePointer<Float>
    ) {
        let source = unsafe intermediate.reserve(0)
        let factors = unsafe affine.reserve(2 * stride)
        for index in 0..<stride {
            let channel = finish.isReversed ? 2 - index % 3 : index % 3
            unsafe factors[index] = finish.mean[channel]
            unsafe factors[stride + index] = finish.scale[channel]
        }
        let first = rows.sourceRange.lowerBound
        unsafe rows.weights.withUnsafeBufferPointer { weights in
            guard let start = weights.baseAddress else { return }
            for y in 0..<rows.starts.count {
                unsafe ResamplingPass.vertical(
                    source + (rows.starts[y] - first) * stride, stride: stride,
                    weights: start + y * rows.stride,
                    count: rows.counts[y], means: factors, scales: factors + stride,
                    into: target + y * rowLength, count: rowLength)
            }
        }
    }
}
