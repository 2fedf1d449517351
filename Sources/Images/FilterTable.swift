/// The weights that make each pixel of a resampled row, or column, from pixels of the source.
///
/// The convention is that of Pillow's `Image.resize`: pixel centres lie at halves, the filter is stretched by
/// the scale when shrinking, weights of one pixel sum to 1, and pixels outside of the box but inside the
/// picture take part. A box may reach out of the picture: there its outermost pixels continue.
struct FilterTable {
    /// What determines a table.
    struct Key: Hashable {
        var sourceExtent: Int
        /// The part of the source, in pixels, that fills the result.
        var start: Double
        var end: Double
        var resultExtent: Int
        var interpolation: Interpolation

        /// Whether the part reaches out of the source, where the first and last pixel continue.
        var isEdgeContinued: Bool { start < 0 || end > Double(sourceExtent) }
    }

    /// The first source pixel of each result pixel.
    let starts: [Int]
    /// How many source pixels each result pixel has.
    let counts: [Int]
    /// The weights, `stride` to a result pixel.
    let weights: [Float]
    let stride: Int

    /// The source pixels that matter at all.
    var sourceRange: Range<Int> {
        guard let first = starts.first, let last = starts.last, let count = counts.last else { return 0..<0 }
        return first..<(last + count)
    }

    init(_ key: Key) {
        // Pillow subtracts in single precision.
        let scale = Double(Float(key.end) - Float(key.start)) / Double(key.resultExtent)
        let stretch = max(scale, 1)
        let reach = key.interpolation.radius * stretch
        let last = key.sourceExtent - 1
        let stride = Int(reach.rounded(.up)) * 2 + 1
        var starts = [Int](repeating: 0, count: key.resultExtent)
        var counts = starts
        var weights = [Float](repeating: 0, count: key.resultExtent * stride)
        var raw = [Double](repeating: 0, count: stride)
        for index in 0..<key.resultExtent {
            let centre = key.start + (Double(index) + 0.5) * scale
            var first = Int((centre - reach + 0.5).rounded(.down))
            var end = Int((centre + reach + 0.5).rounded(.down))
            if key.isEdgeContinued {
                end = max(min(end, first + stride), first + 1)
            } else {
                first = max(first, 0)
                end = max(min(end, key.sourceExtent), first + 1)
            }
            let start = min(max(first, 0), last)
            let count = min(max(end - 1, 0), last) - start + 1
            var sum = 0.0
            for tap in 0..<count { raw[tap] = 0 }
            for pixel in first..<end {
                let weight = key.interpolation.weight(at: (Double(pixel) - centre + 0.5) / stretch)
                raw[min(max(pixel, 0), last) - start] += weight
                sum += weight
            }
            starts[index] = start
            counts[index] = count
            // Pillow's weights are multiples of 2⁻²², which a `Float` holds exactly.
            for tap in 0..<count {
                weights[index * stride + tap] = Float((raw[tap] / sum * 0x1p22).rounded() * 0x1p-22)
            }
        }
        self.stride = stride
        self.starts = starts
        self.counts = counts
        self.weights = weights
    }
}
