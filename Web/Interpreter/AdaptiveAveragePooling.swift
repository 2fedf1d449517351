/// The means over windows that give a fixed height and width; of one place, over everything.
struct AdaptiveAveragePooling {
    private let input: Extent
    let output: Extent

    init(input: Extent, height: Int, width: Int) throws(Flaw) {
        self.input = input
        output = try Extent(height, width, input.channels)
    }

    /// Computes it.
    func run(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        let channels = input.channels
        for y in 0..<output.height {
            let rows = Self.window(y, of: output.height, input: input.height)
            for x in 0..<output.width {
                let columns = Self.window(x, of: output.width, input: input.width)
                let place = unsafe target + (y * output.width + x) * channels
                unsafe place.update(repeating: 0, count: channels)
                for row in rows {
                    for column in columns {
                        unsafe Elements.add(
                            source + (row * input.width + column) * channels, to: place, channels)
                    }
                }
                let divisor = Vector(repeating: Float(rows.count * columns.count))
                unsafe Vector.map(place, channels) { $0 / divisor }
            }
        }
    }

    /// The rows, or columns, that make one of the output, as in PyTorch.
    private static func window(_ index: Int, of output: Int, input: Int) -> Range<Int> {
        index * input / output..<((index + 1) * input + output - 1) / output
    }
}
