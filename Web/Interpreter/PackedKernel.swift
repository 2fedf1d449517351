/// A matrix, [columns, depth], in the order in which ``Product`` reads it: panels of eight columns, in each
/// panel for each row of the depth the eight numbers, zeros for columns that are not there.
@safe struct PackedKernel {
    /// The numbers of the result.
    let columns: Int
    /// The numbers of which each is a sum.
    let depth: Int
    /// The panels.
    let panels: UnsafePointer<Float>
    /// One number for each column of the panels.
    let bias: UnsafePointer<Float>

    /// How many columns a panel has.
    static let panelWidth = 8

    /// The number of panels.
    var panelCount: Int { (columns + Self.panelWidth - 1) / Self.panelWidth }

    /// Packs `columns` rows of numbers.
    ///
    /// - Parameters:
    ///   - source: [columns, channels, taps].
    ///   - bias: one number for each column, or zeros.
    init(
        _ source: UnsafePointer<Float>, columns: Int, channels: Int, taps: Int, bias: UnsafePointer<Float>?
    ) throws(Flaw) {
        (self.columns, depth) = (columns, channels * taps)
        let width = Self.panelWidth
        let count = (columns + width - 1) / width
        let panels = unsafe try Memory.floats(count * width * depth)
        let biases = unsafe try Memory.floats(count * width)
        for column in 0..<columns {
            let panel = unsafe panels + column / width * width * depth + column % width
            for channel in 0..<channels {
                let row = unsafe source + (column * channels + channel) * taps
                for tap in 0..<taps { unsafe panel[(tap &* channels &+ channel) &* width] = unsafe row[tap] }
            }
            if let bias = unsafe bias { unsafe biases[column] = bias[column] }
        }
        unsafe (self.panels, self.bias) = (UnsafePointer(panels), UnsafePointer(biases))
    }
}
