/// A convolution of each channel alone.
@safe struct DepthwiseStep {
    let input: Extent
    let output: Extent
    let kernelHeight: Int
    let kernelWidth: Int
    let stride: Int
    let dilation: Int
    let top: Int
    let left: Int
    /// The kernel, [taps, channels].
    let numbers: UnsafePointer<Float>
    /// One number for each channel.
    let bias: UnsafePointer<Float>
    let limits: (low: Float, high: Float)

    /// Computes it, one place after the other.
    func run(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        for y in 0..<output.height {
            let firstRow = y * stride - top
            let rows = taps(from: firstRow, count: kernelHeight, extent: input.height)
            for x in 0..<output.width {
                let firstColumn = x * stride - left
                let columns = taps(from: firstColumn, count: kernelWidth, extent: input.width)
                let corner = (firstRow * input.width + firstColumn) * input.channels
                unsafe place(
                    source, corner: corner, rows, columns,
                    into: target + (y * output.width + x) * output.channels)
            }
        }
    }

    /// The taps that lie within the input.
    private func taps(from first: Int, count: Int, extent: Int) -> (start: Int, end: Int) {
        let start = first >= 0 ? 0 : min((-first + dilation - 1) / dilation, count)
        let end = extent > first ? min((extent - first + dilation - 1) / dilation, count) : 0
        return (start, max(start, end))
    }

    /// All channels of one place.
    @inline(__always)
    private func place(
        _ source: UnsafePointer<Float>, corner: Int, _ rows: (start: Int, end: Int),
        _ columns: (start: Int, end: Int), into target: UnsafeMutablePointer<Float>
    ) {
        let channels = input.channels
        let rowStep = dilation &* input.width &* channels
        let columnStep = dilation &* channels
        let columnCount = columns.end &- columns.start
        // Addresses are made only of taps that lie within the input.
        let firstInput = corner &+ rows.start &* rowStep &+ columns.start &* columnStep
        let firstNumber = (rows.start &* kernelWidth &+ columns.start) &* channels
        var channel = 0
        while channel &+ 8 <= channels {
            var (low, high) = unsafe (Vector(bias + channel), Vector(bias + channel + 4))
            var (inputRow, numberRow) = (firstInput &+ channel, firstNumber &+ channel)
            for _ in rows.start..<rows.end {
                var (value, number) = unsafe (source + inputRow, numbers + numberRow)
                for _ in 0..<columnCount {
                    unsafe low += Vector(value) * Vector(number)
                    unsafe high += Vector(value + 4) * Vector(number + 4)
                    unsafe (value, number) = (value + columnStep, number + channels)
                }
                inputRow &+= rowStep
                numberRow &+= kernelWidth &* channels
            }
            unsafe low.limited(limits.low, limits.high).store(target + channel)
            unsafe high.limited(limits.low, limits.high).store(target + channel + 4)
            channel &+= 8
        }
        while channel < channels {
            var sum = unsafe bias[channel]
            for row in rows.start..<rows.end {
                for column in columns.start..<columns.end {
                    unsafe sum +=
                        source[corner &+ row &* rowStep &+ column &* columnStep &+ channel]
                        * numbers[(row &* kernelWidth &+ column) &* channels &+ channel]
                }
            }
            unsafe target[channel] = min(max(sum, limits.low), limits.high)
            channel &+= 1
        }
    }
}
