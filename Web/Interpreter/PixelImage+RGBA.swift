extension PixelImage {
    /// The most pixels.
    static let most = 1 << 27

    /// A picture of four samples a pixel, the last of which is how opaque it is; it lies over white.
    init(_ pixels: UnsafePointer<UInt8>, width: Int, height: Int) throws(Flaw) {
        guard (1...Extent.greatest).contains(width), (1...Extent.greatest).contains(height),
            Int64(width) * Int64(height) <= Int64(Self.most)
        else { throw .badPicture }
        let samples = unsafe [UInt8](unsafeUninitializedCapacity: 3 * width * height) { samples, count in
            count = 3 * width * height
            for index in 0..<(width * height) {
                let alpha = unsafe pixels[4 &* index &+ 3]
                for channel in 0..<3 {
                    let level = unsafe pixels[4 &* index &+ channel]
                    unsafe samples[3 &* index &+ channel] =
                        alpha == 255 ? level : Self.overWhite(level, alpha: alpha)
                }
            }
        }
        self.init(width: width, height: height, samples: samples)
    }

    /// A level over white, to the nearest.
    private static func overWhite(_ level: UInt8, alpha: UInt8) -> UInt8 {
        let product = (255 &- UInt32(level)) &* UInt32(alpha)
        return UInt8(truncatingIfNeeded: 255 &- (product &+ 127) / 255)
    }
}
