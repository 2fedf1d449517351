/// A part of a picture, in pixels from the upper left corner; edges need not lie between pixels.
package struct PixelBox: Sendable, Hashable {
    package let left: Double
    package let top: Double
    package let right: Double
    package let bottom: Double

    /// The part between these edges, which are rounded to single precision as Pillow rounds them.
    package init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = Double(Float(left))
        self.top = Double(Float(top))
        self.right = Double(Float(right))
        self.bottom = Double(Float(bottom))
    }

    /// The whole of a picture.
    package init(_ image: PixelImage) {
        self.init(left: 0, top: 0, right: Double(image.width), bottom: Double(image.height))
    }

    /// Whether the part is not empty and lies within a picture.
    package func fits(_ image: PixelImage) -> Bool {
        left >= 0 && top >= 0 && left < right && top < bottom && right <= Double(image.width)
            && bottom <= Double(image.height)
    }
}
