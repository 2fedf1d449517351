/// The weights that make each pixel of a resampled row, or column, from pixels of the source.
///
/// The convention is that of Pillow's `Image.resize`: pixel centres lie at halves, the filter is stretched by the scale
/// when shrinking, weights of one pixel sum to 1, and pixels outside of the box but inside the picture take part.
struct FilterTable {
    /// What determines a table.
    struct Key: Hashable {
        var sourceExtent: Int
        /// The part of the source, in pixels, that fills the result.
        var start: Double
        var end: Double
        var resultExtent: Int
        var interpolation: Interpolation
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
        stride = Int(reach.rounded(.up)) * 2 + 1
        var starts: [Int] = []
        var counts: [Int] = []
        var weights: [Float] = []
        for index in 0..<key.resultExtent {
            let centre = key.start + (Double(index) + 0.5) * scale
            let first = max(Int(centre - reach + 0.5), 0)
            let end = max(min(Int(centre + reach + 0.5), key.sourceExtent), first + 1)
            let raw = (first..<end).map {
                key.interpolation.weight(at: (Double($0) - centre + 0.5) / stretch)
            }
            let sum = raw.reduce(0, +)
            starts.append(first)
            counts.append(end - first)
            // Pillow's weights are multiples of 2⁻²², which a `Float` holds exactly.
            weights += raw.map { Float(($0 / sum * 0x1p22).rounded() * 0x1p-22) }
            weights += repeatElement(0, count: stride - raw.count)
        }
        self.starts = starts
        self.counts = counts
        self.weights = weights
    }
}
