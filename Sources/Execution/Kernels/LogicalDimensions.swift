internal import GraftTensors

extension Shape {
    /// oneDNN's order of extents for one image's [height, width, channels] or [units]: [N, C, H, W] or [N,
    /// units].
    func logicalDimensions(batch: Int) -> [Int] {
        rank == 3 ? [batch, self[2], self[0], self[1]] : [batch] + dimensions
    }
}
