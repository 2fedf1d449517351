extension PixelImage {
    /// How far the pixels of a picture differ.
    package enum Contrast: Sendable, Hashable {
        /// Enough to show something.
        case usual
        /// By so many of 255 levels at most, in each of red, green and blue.
        case faint(levels: Int)
        /// Not at all.
        case blank
    }

    /// Below so many levels nothing can be seen.
    private static let faintLimit = 8

    /// Pictures of fewer pixels are too small to show nothing.
    private static let leastCount = 64

    /// How far the pixels differ.
    ///
    /// Of most pictures a few rows tell.
    package var contrast: Contrast {
        guard width * height >= Self.leastCount else { return .usual }
        var low: (UInt8, UInt8, UInt8) = (255, 255, 255)
        var high: (UInt8, UInt8, UInt8) = (0, 0, 0)
        var most = 0
        return unsafe samples.withUnsafeBufferPointer { samples in
            for row in 0..<height {
                for pixel in row * width..<(row + 1) * width {
                    let (red, green, blue) = unsafe (
                        samples[3 * pixel], samples[3 * pixel + 1], samples[3 * pixel + 2]
                    )
                    low = (min(low.0, red), min(low.1, green), min(low.2, blue))
                    high = (max(high.0, red), max(high.1, green), max(high.2, blue))
                }
                most = Int(max(high.0 - low.0, high.1 - low.1, high.2 - low.2))
                if most >= Self.faintLimit { return .usual }
            }
            return most == 0 ? .blank : .faint(levels: most)
        }
    }
}
