internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// The part of a kernel along one axis that lies on the input for any result.
///
/// Small pictures make maps that are smaller than the kernels: of five rows over a map of one, with two rows
/// of padding on each side, four only ever meet zeros. Without them the result is the same, and oneDNN has
/// fast code for it.
struct KernelReach {
    /// The rows, or columns, that stay.
    var range: Range<Int>
    /// The padding that is left.
    var before: Int
    var after: Int

    /// - Parameters:
    ///   - extent: that of the input.
    ///   - kernel: the extent of the whole kernel.
    init(extent: Int, kernel: Int, stride: Int, before: Int, after: Int) {
        self.init(range: 0..<kernel, before: before, after: after)
        let results = (extent + before + after - kernel) / stride + 1
        let reached = range.filter { row in
            (0..<results).contains { (0..<extent).contains($0 * stride + row - before) }
        }
        guard let first = reached.first, let last = reached.last, last - first + 1 < kernel else { return }
        let shorter = KernelReach(
            range: first..<last + 1, before: before - first, after: max(after - (kernel - 1 - last), 0))
        let same = (extent + shorter.before + shorter.after - shorter.range.count) / stride + 1 == results
        if same, shorter.before >= 0 { self = shorter }
    }

    private init(range: Range<Int>, before: Int, after: Int) {
        (self.range, self.before, self.after) = (range, before, after)
    }
}

extension ConvolutionKernel {
    /// What of the kernel inference needs: its rows and its columns.
    func reach(_ builder: PlanBuilder) -> (rows: KernelReach, columns: KernelReach) {
        let input = builder.network.inputShapes(of: fused.node)[0]
        let edges = convolution.edges(input: input)
        return (
            KernelReach(
                extent: input[0], kernel: convolution.kernelHeight, stride: convolution.stride,
                before: edges.top, after: edges.bottom),
            KernelReach(
                extent: input[1], kernel: convolution.kernelWidth, stride: convolution.stride,
                before: edges.left, after: edges.right)
        )
    }

    /// The weights of a kernel that inference needs.
    func reached<Weight>(_ kernel: [Weight], _ builder: PlanBuilder) -> [Weight] {
        let (rows, columns) = reach(builder)
        let (height, width) = (convolution.kernelHeight, convolution.kernelWidth)
        if rows.range.count == height, columns.range.count == width { return kernel }
        return stride(from: 0, to: kernel.count, by: height * width).flatMap { plane in
            rows.range.flatMap { row in columns.range.map { kernel[plane + row * width + $0] } }
        }
    }
}
