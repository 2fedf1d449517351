/// The greatest element, or the mean, of each window.
struct Pooling {
    private enum Reduction { case maximum, average, averageWithPadding }

    private let input: Extent
    let output: Extent
    private let reduction: Reduction
    private let size: Int
    private let stride: Int
    private let edges: Edges

    /// Reads the settings of a node.
    init(_ words: inout WordReader, input: Extent) throws(Flaw) {
        let reductions: [Reduction] = [.maximum, .average, .averageWithPadding]
        reduction = reductions[try words.integer(0...2)]
        size = try words.integer(1...1024)
        stride = try words.integer(1...1024)
        edges = try Edges(&words)
        let height = input.height + edges.top + edges.bottom - size
        let width = input.width + edges.left + edges.right - size
        guard height >= 0, width >= 0, max(edges.top, edges.left) < size else { throw .unfitting }
        self.input = input
        output = try Extent(height / stride + 1, width / stride + 1, input.channels)
        // No window may lie behind the input as a whole.
        guard (output.height - 1) * stride - edges.top < input.height,
            (output.width - 1) * stride - edges.left < input.width
        else { throw .unfitting }
    }

    /// Computes it.
    func run(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        for y in 0..<output.height {
            let rows = window(y, before: edges.top, extent: input.height)
            for x in 0..<output.width {
                let columns = window(x, before: edges.left, extent: input.width)
                let place = unsafe target + (y * output.width + x) * output.channels
                if reduction == .maximum {
                    unsafe combine(source, rows, columns, into: place) { $0.greater($1) }
                } else {
                    unsafe combine(source, rows, columns, into: place) { $0 + $1 }
                    let count = reduction == .average ? rows.count * columns.count : size * size
                    let divisor = Vector(repeating: Float(count))
                    unsafe Vector.map(place, output.channels) { $0 / divisor }
                }
            }
        }
    }

    /// The part of a window within the input.
    private func window(_ index: Int, before: Int, extent: Int) -> Range<Int> {
        let start = index * stride - before
        return max(start, 0)..<min(start + size, extent)
    }

    /// Writes the combination of all elements of a window, channel by channel.
    @inline(__always)
    private func combine(
        _ source: UnsafePointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>,
        into target: UnsafeMutablePointer<Float>, _ combined: (Vector, Vector) -> Vector
    ) {
        let channels = input.channels
        let corner = unsafe source + (rows.lowerBound * input.width + columns.lowerBound) * channels
        var channel = 0
        while channel < channels {
            // Of fewer than four channels that are left, each is computed alone.
            let isWhole = channel &+ 4 <= channels
            var result = Vector.zero
            for row in 0..<rows.count {
                for column in 0..<columns.count {
                    let address = unsafe corner + ((row &* input.width &+ column) &* channels &+ channel)
                    let value = unsafe isWhole ? Vector(address) : Vector(repeating: address[0])
                    result = row == 0 && column == 0 ? value : combined(result, value)
                }
            }
            if isWhole { unsafe result.store(target + channel) } else { unsafe target[channel] = result[0] }
            channel &+= isWhole ? 4 : 1
        }
    }
}
