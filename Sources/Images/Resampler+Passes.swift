extension Resampler {
    /// The rows that matter are made as wide as the result, four at a time, then the result's rows are made
    /// of them.
    func horizontalFirst(
        _ image: PixelImage, _ visible: PixelArea, rows: FilterTable, columns: FilterTable, finish: Finish,
        into target: UnsafeMutablePointer<Float>
    ) {
        let range = rows.sourceRange
        let batch = ResamplingPass.rowBatch
        let rowLength = 3 * columns.starts.count
        let sourceStride = Self.paddedStride(3 * columns.sourceRange.count)
        let stride = Self.paddedStride(rowLength)
        let source = unsafe sourceRows.reserve(batch * sourceStride)
        let between = unsafe intermediate.reserve((range.count + batch - 1) / batch * batch * stride)
        for done in Swift.stride(from: 0, to: range.count, by: batch) {
            let batchRows = range.dropFirst(done).prefix(batch)
            unsafe widen(
                image, visible, rows: batchRows, columns: columns, finish, into: source, stride: sourceStride)
            // Behind the last row a batch is filled with what memory holds: nobody reads the result.
            unsafe ResamplingPass.horizontal(
                source, stride: sourceStride, columns, into: between + done * stride, stride: stride)
        }
        let row = unsafe levels.reserve(stride)
        for y in rows.starts.indices {
            unsafe vertical(rows, y, from: between, stride: stride, into: row)
            unsafe finish.write(row, row: y, into: target)
        }
    }

    /// The picture is made as high as the result, four rows at a time, then these as wide.
    func verticalFirst(
        _ image: PixelImage, _ visible: PixelArea, rows: FilterTable, columns: FilterTable, finish: Finish,
        into target: UnsafeMutablePointer<Float>
    ) {
        let range = rows.sourceRange
        let batch = ResamplingPass.rowBatch
        let rowLength = 3 * columns.starts.count
        let sourceStride = Self.paddedStride(3 * columns.sourceRange.count)
        let stride = Self.paddedStride(rowLength)
        let source = unsafe sourceRows.reserve(range.count * sourceStride)
        unsafe widen(
            image, visible, rows: range, columns: columns, finish, into: source, stride: sourceStride)
        let between = unsafe intermediate.reserve(batch * sourceStride)
        let result = unsafe levels.reserve(batch * stride)
        for done in Swift.stride(from: 0, to: rows.starts.count, by: batch) {
            let count = min(batch, rows.starts.count - done)
            for row in 0..<count {
                unsafe vertical(
                    rows, done + row, from: source, stride: sourceStride, into: between + row * sourceStride)
            }
            unsafe ResamplingPass.horizontal(
                between, stride: sourceStride, columns, into: result, stride: stride)
            for row in 0..<count {
                unsafe finish.write(result + row * stride, row: done + row, into: target)
            }
        }
    }

    /// The distance between rows of so many values: whole vectors, with room for a fourth lane behind the
    /// last pixel.
    private static func paddedStride(_ rowLength: Int) -> Int {
        (rowLength + 4 + ResamplingPass.vectorLength - 1) / ResamplingPass.vectorLength
            * ResamplingPass.vectorLength
    }

    /// Makes `Float`s of the columns that matter.
    private func widen(
        _ image: PixelImage, _ visible: PixelArea, rows: Range<Int>, columns: FilterTable, _ finish: Finish,
        into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let range = columns.sourceRange
        unsafe image.samples.withUnsafeBufferPointer { samples in
            guard let first = samples.baseAddress else { return }
            let start = unsafe first + 3 * (visible.top * image.width + visible.left)
            for (index, y) in rows.enumerated() {
                unsafe ResamplingPass.widen(
                    start + 3 * (y * image.width + range.lowerBound), into: target + index * stride,
                    pixelCount: range.count, isGrey: finish.isGrey)
            }
        }
    }

    /// Makes row `y` of the result from the rows in `source`, the first of which is the first that matters.
    private func vertical(
        _ rows: FilterTable, _ y: Int, from source: UnsafePointer<Float>, stride: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        unsafe rows.weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            unsafe ResamplingPass.vertical(
                source + (rows.starts[y] - rows.sourceRange.lowerBound) * stride, stride: stride,
                weights: weights + y * rows.stride, count: rows.counts[y], into: target)
        }
    }
}
