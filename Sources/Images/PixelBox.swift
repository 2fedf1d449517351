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
    package init(_ image: PixelImage) { self.init(PixelArea(image)) }

    /// The whole of a part of a picture, from the corner of that part on.
    init(_ area: PixelArea) {
        self.init(left: 0, top: 0, right: Double(area.width), bottom: Double(area.height))
    }

    /// Whether the part is not empty and lies within a picture.
    package func fits(_ image: PixelImage) -> Bool {
        left >= 0 && top >= 0 && left < right && top < bottom && right <= Double(image.width)
            && bottom <= Double(image.height)
    }
}

/// A part of a picture of whole pixels.
struct PixelArea: Sendable, Hashable {
    var left: Int
    var top: Int
    var width: Int
    var height: Int

    /// A part that starts at this column and row.
    init(left: Int, top: Int, width: Int, height: Int) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }

    /// The whole of a picture.
    init(_ image: PixelImage) {
        self.init(left: 0, top: 0, width: image.width, height: image.height)
    }
}

extension PixelBox {
    /// The same part, with sides of at least one pixel and not so small that single precision cannot tell
    /// them from nothing.
    func widened(for image: PixelImage) -> PixelBox {
        func widened(_ low: Double, _ high: Double, _ extent: Int) -> (Double, Double) {
            let least = max(1, max(Double(extent), abs(low), abs(high)) * 0x1p-20)
            if high - low >= least { return (low, high) }
            let middle = (low + high) / 2
            return (middle - least / 2, middle + least / 2)
        }
        let (left, right) = widened(left, right, image.width)
        let (top, bottom) = widened(top, bottom, image.height)
        return PixelBox(left: left, top: top, right: right, bottom: bottom)
    }
}
