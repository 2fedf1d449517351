/// A picture for TensorBoard, already encoded as PNG or JPEG.
package struct TensorBoardImage: Sendable, Hashable {
    /// What the samples of a pixel mean. The raw values are those of TensorFlow's `Summary.Image`.
    package enum ColorSpace: Int, Sendable, CaseIterable {
        /// One sample: grey.
        case grey = 1
        /// Grey and alpha.
        case greyWithAlpha = 2
        /// Red, green and blue.
        case rgb = 3
        /// Red, green, blue and alpha.
        case rgba = 4
    }

    /// The bytes of the PNG or JPEG file.
    package var encoded: [UInt8]
    /// The height in pixels.
    package var height: Int
    /// The width in pixels.
    package var width: Int
    /// What the samples of a pixel mean.
    package var colorSpace: ColorSpace

    /// A picture of `height` × `width` pixels.
    package init(encoded: [UInt8], height: Int, width: Int, colorSpace: ColorSpace) {
        self.encoded = encoded
        self.height = height
        self.width = width
        self.colorSpace = colorSpace
    }
}
