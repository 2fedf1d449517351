extension PixelImage {
    /// The picture turned upright, given the Exif orientation it is stored with.
    ///
    /// - Parameter orientation: 1 to 8 as in Exif 2.3, tag 0x0112: where row 0 and column 0 of the stored
    ///   picture belong. Other values leave the picture as it is.
    package func upright(fromExifOrientation orientation: Int) -> PixelImage {
        guard (2...8).contains(orientation) else { return self }
        let isTransposed = orientation >= 5
        let (newWidth, newHeight) = isTransposed ? (height, width) : (width, height)
        // Mirroring is counted in the upright picture: the stored pixel of upright (x, y).
        let flipsX = [2, 3, 7, 8].contains(orientation)
        let flipsY = [3, 4, 6, 7].contains(orientation)
        let pixelCount = width * height
        let turned = unsafe [UInt8](unsafeUninitializedCapacity: 3 * pixelCount) { target, count in
            unsafe samples.withUnsafeBufferPointer { source in
                var to = 0
                for y in 0..<newHeight {
                    for x in 0..<newWidth {
                        // Source column and row; flips apply to the stored axes.
                        let column = isTransposed ? y : x
                        let row = isTransposed ? x : y
                        let from =
                            3
                            * ((flipsY ? height - 1 - row : row) * width
                                + (flipsX ? width - 1 - column : column))
                        unsafe target[to] = source[from]
                        unsafe target[to + 1] = source[from + 1]
                        unsafe target[to + 2] = source[from + 2]
                        to += 3
                    }
                }
            }
            count = 3 * pixelCount
        }
        return PixelImage(width: newWidth, height: newHeight, samples: turned)
    }
}
