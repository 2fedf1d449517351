/// A two-dimensional convolution: places of the input are laid out as rows of a matrix, a part of them at a
/// time, and multiplied with the kernel; where a row is a place itself, nothing is laid out.
@safe struct Convolution {
    private let input: Extent
    let output: Extent
    private let kernelHeight: Int
    private let kernelWidth: Int
    private let stride: Int
    private let dilation: Int
    private let edges: Edges
    private let groups: [PackedKernel]
    /// Whether each group has one channel and one filter; then the numbers are [taps, channels].
    private let depthwise: (numbers: UnsafePointer<Float>, bias: UnsafePointer<Float>)?

    /// The most numbers that are laid out at a time.
    private static let layoutCount = 1 << 15

    /// Reads the settings of a node.
    init(_ words: inout WordReader, input: Extent, tensors: [StoredTensor]) throws(Flaw) {
        let kernel = tensors[try words.integer(0...(tensors.count - 1))]
        let bias = try words.position(below: tensors.count).map { tensors[$0] }
        stride = try words.integer(1...1024)
        edges = try Edges(&words)
        dilation = try words.integer(1...1024)
        let groupCount = try words.integer(1...Extent.greatest)
        let (filters, channels) = (kernel.shape.0, kernel.shape.1)
        (kernelHeight, kernelWidth) = (kernel.shape.2, kernel.shape.3)
        guard kernel.rank == 4, Int64(channels) * Int64(groupCount) == Int64(input.channels),
            filters % groupCount == 0, kernelHeight <= 1024, kernelWidth <= 1024
        else { throw .unfitting }
        if let bias {
            guard bias.rank == 1, bias.count == filters else { throw .unfitting }
        }
        let height = input.height + edges.top + edges.bottom - (kernelHeight - 1) * dilation - 1
        let width = input.width + edges.left + edges.right - (kernelWidth - 1) * dilation - 1
        guard height >= 0, width >= 0 else { throw .unfitting }
        self.input = input
        output = try Extent(height / stride + 1, width / stride + 1, filters)
        let numbers = unsafe try kernel.floats()
        let biases = if let bias { unsafe try bias.floats() } else { unsafe try Memory.floats(filters) }
        let taps = kernelHeight * kernelWidth
        if channels == 1, groupCount == filters, groupCount > 1 {
            groups = []
            let turned = unsafe try Memory.floats(taps * filters)
            for filter in 0..<filters {
                for tap in 0..<taps {
                    unsafe turned[tap * filters + filter] = unsafe numbers[filter * taps + tap]
                }
            }
            unsafe depthwise = (UnsafePointer(turned), UnsafePointer(biases))
        } else {
            var groups: [PackedKernel] = []
            let part = filters / groupCount
            for group in 0..<groupCount {
                let kernel = unsafe try PackedKernel(
                    numbers + group * part * channels * taps, columns: part, channels: channels, taps: taps,
                    bias: biases + group * part)
                groups.append(kernel)
            }
            self.groups = groups
            unsafe depthwise = nil
            unsafe Memory.release(biases)
        }
        unsafe Memory.release(numbers)
    }

    /// Whether each place of the result is computed from the same place of the input.
    private var isPointwise: Bool {
        kernelHeight == 1 && kernelWidth == 1 && stride == 1 && edges.top == 0 && edges.left == 0
            && edges.bottom == 0 && edges.right == 0
    }

    /// How many places are laid out at a time.
    private var rowCount: Int {
        guard let depth = groups.first?.depth else { return 0 }
        return min(max(Self.layoutCount / depth & ~3, 4), output.places)
    }

    /// The numbers that the layout needs.
    var scratchCount: Int { isPointwise ? 0 : rowCount * (groups.first?.depth ?? 0) }

    /// Computes it.
    func run(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        limits: (low: Float, high: Float), scratch: UnsafeMutablePointer<Float>
    ) {
        if let depthwise = unsafe depthwise {
            let step = unsafe DepthwiseStep(
                input: input, output: output, kernelHeight: kernelHeight, kernelWidth: kernelWidth,
                stride: stride, dilation: dilation, top: edges.top, left: edges.left,
                numbers: depthwise.numbers, bias: depthwise.bias, limits: limits)
            unsafe step.run(source, into: target)
            return
        }
        let channels = input.channels / groups.count
        let filters = output.channels / groups.count
        var first = 0
        while first < output.places {
            let count = min(rowCount, output.places - first)
            for (group, kernel) in groups.enumerated() {
                let result = unsafe target + first * output.channels + group * filters
                if isPointwise {
                    unsafe Product.write(
                        source + first * input.channels + group * channels, count: count,
                        rowStride: input.channels, kernel, limits: limits, into: result,
                        stride: output.channels)
                } else {
                    unsafe layOut(
                        source + group * channels, channels, first: first, count: count, into: scratch)
                    unsafe Product.write(
                        scratch, count: count, rowStride: kernel.depth, kernel, limits: limits,
                        into: result, stride: output.channels)
                }
            }
            first += count
        }
    }

    /// Writes for `count` places what each is computed from, zeros for what is outside.
    private func layOut(
        _ source: UnsafePointer<Float>, _ channels: Int, first: Int, count: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        var target = unsafe target
        let isDense = dilation == 1 && channels == input.channels
        for place in first..<(first + count) {
            let top = place / output.width * stride - edges.top
            let left = place % output.width * stride - edges.left
            for ky in 0..<kernelHeight {
                let y = top + ky * dilation
                guard y >= 0, y < input.height else {
                    unsafe target.update(repeating: 0, count: kernelWidth * channels)
                    unsafe target += kernelWidth * channels
                    continue
                }
                let row = unsafe source + y * input.width * input.channels
                if isDense, left >= 0, left + kernelWidth <= input.width {
                    unsafe Self.copy(row + left * channels, into: target, count: kernelWidth * channels)
                    unsafe target += kernelWidth * channels
                    continue
                }
                for kx in 0..<kernelWidth {
                    let x = left + kx * dilation
                    if x >= 0, x < input.width {
                        unsafe Self.copy(row + x * input.channels, into: target, count: channels)
                    } else {
                        unsafe target.update(repeating: 0, count: channels)
                    }
                    unsafe target += channels
                }
            }
        }
    }

    /// Copies numbers; they are few, so that vectors are faster than a call.
    @inline(__always)
    private static func copy(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var index = 0
        while index &+ 4 <= count {
            unsafe Vector(source + index).store(target + index)
            index &+= 4
        }
        while index < count {
            unsafe target[index] = source[index]
            index &+= 1
        }
    }
}
