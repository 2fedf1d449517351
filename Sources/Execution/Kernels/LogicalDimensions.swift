internal import GraftTensors

extension Shape {
    /// oneDNN's order of extents for one image's [height, width, channels] or [units], or any other shape
    /// whose last axis is that of the channels: [N, C, H, W] or [N, units].
    func logicalDimensions(batch: Int) -> [Int] {
        [batch, self[rank - 1]] + dimensions.dropLast()
    }
}
