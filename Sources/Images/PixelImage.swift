/// A picture in memory: 8 bits a channel, red, green, blue, upright; a value.
///
/// Pixels are row-major, [height, width, 3]. Values are sRGB as stored: no colour management is applied to
/// RGB.
///
/// ```swift
/// let image = PixelImage(width: 2, height: 1, samples: [0, 0, 0, 255, 255, 255])
/// let answer = try await predictor.answer(to: .pixels(image, name: "frame 1"))
/// ```
public struct PixelImage: Sendable, Hashable {
    /// The number of columns, at least 1.
    public let width: Int
    /// The number of rows, at least 1.
    public let height: Int
    /// The samples, row-major, three to a pixel.
    public let samples: [UInt8]

    /// A picture of these samples.
    ///
    /// - Precondition: width and height are positive and `samples` has 3 x width x height values.
    public init(width: Int, height: Int, samples: [UInt8]) {
        precondition(width > 0 && height > 0, "a picture of \(width) x \(height) pixels")
        precondition(samples.count == 3 * width * height, "\(samples.count) samples for \(width) x \(height)")
        self.width = width
        self.height = height
        self.samples = samples
    }

    /// A picture of grey values, one to a pixel, which become three equal samples.
    ///
    /// - Precondition: width and height are positive and `grey` has width x height values.
    public init(width: Int, height: Int, grey: some Collection<UInt8>) {
        precondition(grey.count == width * height, "\(grey.count) grey values for \(width) x \(height)")
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * grey.count)
        for value in grey { samples.append(contentsOf: repeatElement(value, count: 3)) }
        self.init(width: width, height: height, samples: samples)
    }
}

extension PixelImage: CustomStringConvertible {
    /// "640 x 480 pixels"
    public var description: String { "\(width) x \(height) pixels" }
}
