extension PixelImage {
    /// The picture turned upright, given the Exif orientation it is stored with.
    ///
    /// - Parameter orientation: 1 to 8 as in Exif 2.3, tag 0x0112: where row 0 and column 0 of the stored
    ///   picture belong. Other values leave the picture as it is.
    package func upright(fromExifOrientation orientation: Int) -> PixelImage {
        let rows = UprightRows(width: width, height: height, orientation: orientation)
        guard !rows.isPlain else { return self }
        let turned = unsafe [UInt8](unsafeUninitializedCapacity: samples.count) { target, count in
            unsafe samples.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                for row in 0..<height {
                    unsafe rows.put(from + 3 * width * row, count: width, index: row, into: to)
                }
            }
            count = samples.count
        }
        return PixelImage(width: rows.width, height: rows.height, samples: turned)
    }
}
