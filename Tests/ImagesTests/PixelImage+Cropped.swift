import GraftImages

extension PixelImage {
    /// The part of the picture that starts at this column and row.
    ///
    /// - Precondition: the part is not empty and lies within the picture.
    func cropped(left: Int, top: Int, width: Int, height: Int) -> PixelImage {
        precondition(left >= 0 && top >= 0 && left + width <= self.width && top + height <= self.height)
        var part: [UInt8] = []
        part.reserveCapacity(3 * width * height)
        for row in top..<top + height {
            let start = 3 * (row * self.width + left)
            part += samples[start..<start + 3 * width]
        }
        return PixelImage(width: width, height: height, samples: part)
    }
}
