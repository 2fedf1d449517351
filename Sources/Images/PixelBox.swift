/// A part of a picture, in pixels from the upper left corner; edges need not lie between pixels.
package struct PixelBox: Sendable, Hashable {
    package var left: Double
    package var top: Double
    package var right: Double
    package var bottom: Double

    /// The part between these edges.
    package init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
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
