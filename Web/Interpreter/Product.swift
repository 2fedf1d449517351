/// The product of a matrix with a packed one: nearly all of the work.
///
/// Four rows and eight columns are made at a time: their 32 sums stay in eight registers, of which every
/// processor has 16.
enum Product {
    /// Four rows' sums of eight columns.
    private struct Sums {
        var a0: Vector, a1: Vector
        var b0: Vector, b1: Vector
        var c0: Vector, c1: Vector
        var d0: Vector, d1: Vector

        /// Adds a row of the panel times one number of each row.
        @inline(__always)
        mutating func add(
            _ panel: UnsafePointer<Float>, _ a: Float, _ b: Float, _ c: Float, _ d: Float
        ) {
            let (low, high) = unsafe (Vector(panel), Vector(panel + 4))
            a0 += Vector(repeating: a) * low
            a1 += Vector(repeating: a) * high
            b0 += Vector(repeating: b) * low
            b1 += Vector(repeating: b) * high
            c0 += Vector(repeating: c) * low
            c1 += Vector(repeating: c) * high
            d0 += Vector(repeating: d) * low
            d1 += Vector(repeating: d) * high
        }
    }

    /// Writes the product of `count` rows, each `rowStride` numbers after the other, with a kernel.
    ///
    /// Where fewer than four rows are left, the last one is computed several times.
    static func write(
        _ rows: UnsafePointer<Float>, count: Int, rowStride: Int, _ kernel: PackedKernel,
        limits: (low: Float, high: Float), into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let width = PackedKernel.panelWidth
        for panel in 0..<kernel.panelCount {
            let numbers = unsafe kernel.panels + panel &* width &* kernel.depth
            let bias = unsafe kernel.bias + panel &* width
            let column = panel &* width
            let isWhole = column &+ width <= kernel.columns
            var row = 0
            while row < count {
                let (b, c, d) = (
                    min(row &+ 1, count &- 1), min(row &+ 2, count &- 1), min(row &+ 3, count &- 1)
                )
                let sums = unsafe sums(
                    rows + row &* rowStride, rows + b &* rowStride, rows + c &* rowStride,
                    rows + d &* rowStride, numbers, depth: kernel.depth, bias)
                let output = unsafe target + column
                if isWhole {
                    unsafe put(sums.a0, sums.a1, limits, output + row &* stride)
                    unsafe put(sums.b0, sums.b1, limits, output + b &* stride)
                    unsafe put(sums.c0, sums.c1, limits, output + c &* stride)
                    unsafe put(sums.d0, sums.d1, limits, output + d &* stride)
                } else {
                    let columns = kernel.columns &- column
                    unsafe put(sums.a0, sums.a1, limits, output + row &* stride, columns)
                    unsafe put(sums.b0, sums.b1, limits, output + b &* stride, columns)
                    unsafe put(sums.c0, sums.c1, limits, output + c &* stride, columns)
                    unsafe put(sums.d0, sums.d1, limits, output + d &* stride, columns)
                }
                row &+= 4
            }
        }
    }

    /// The sums of four rows with a panel.
    @inline(__always)
    private static func sums(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>,
        _ d: UnsafePointer<Float>, _ panel: UnsafePointer<Float>, depth: Int, _ bias: UnsafePointer<Float>
    ) -> Sums {
        let (low, high) = unsafe (Vector(bias), Vector(bias + 4))
        var sums = Sums(a0: low, a1: high, b0: low, b1: high, c0: low, c1: high, d0: low, d1: high)
        var (a, b, c, d, panel) = unsafe (a, b, c, d, panel)
        for _ in 0..<(depth &>> 2) {
            unsafe sums.add(panel, a[0], b[0], c[0], d[0])
            unsafe sums.add(panel + 8, a[1], b[1], c[1], d[1])
            unsafe sums.add(panel + 16, a[2], b[2], c[2], d[2])
            unsafe sums.add(panel + 24, a[3], b[3], c[3], d[3])
            unsafe (a, b, c, d, panel) = (a + 4, b + 4, c + 4, d + 4, panel + 32)
        }
        for _ in 0..<(depth & 3) {
            unsafe sums.add(panel, a[0], b[0], c[0], d[0])
            unsafe (a, b, c, d, panel) = (a + 1, b + 1, c + 1, d + 1, panel + 8)
        }
        return sums
    }

    /// Writes eight numbers within limits.
    @inline(__always)
    private static func put(
        _ low: Vector, _ high: Vector, _ limits: (low: Float, high: Float),
        _ target: UnsafeMutablePointer<Float>
    ) {
        unsafe low.limited(limits.low, limits.high).store(target)
        unsafe high.limited(limits.low, limits.high).store(target + 4)
    }

    /// Writes the first `count` of eight numbers within limits.
    private static func put(
        _ low: Vector, _ high: Vector, _ limits: (low: Float, high: Float),
        _ target: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        let (low, high) = (low.limited(limits.low, limits.high), high.limited(limits.low, limits.high))
        for index in 0..<count { unsafe target[index] = index < 4 ? low[index] : high[index &- 4] }
    }
}
