#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A map of the plane that keeps lines straight and parallel: (x, y) becomes (xx x + xy y + x0, yx x + yy y +
/// y0), in pixels from an upper left corner.
package struct AffineMap: Sendable, Hashable {
    package var xx: Double
    package var xy: Double
    package var x0: Double
    package var yx: Double
    package var yy: Double
    package var y0: Double

    /// The map with these coefficients.
    package init(xx: Double, xy: Double, x0: Double, yx: Double, yy: Double, y0: Double) {
        (self.xx, self.xy, self.x0) = (xx, xy, x0)
        (self.yx, self.yy, self.y0) = (yx, yy, y0)
    }

    /// The map that leaves every place where it is.
    package static let identity = AffineMap(xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0)

    /// The map of a picture of this size that is spread over a box.
    init(width: Int, height: Int, onto box: PixelBox) {
        self.init(
            xx: (box.right - box.left) / Double(width), xy: 0, x0: box.left,
            yx: 0, yy: (box.bottom - box.top) / Double(height), y0: box.top)
    }

    /// A turn around the origin by an angle in degrees, clockwise where y points down; exact for multiples of
    /// 90.
    package static func rotation(degrees: Double) -> AffineMap {
        let quarters = (degrees / 90).rounded()
        let rest = (degrees - 90 * quarters) * .pi / 180
        let (c, s) = (cos(rest), sin(rest))
        let turned: (Double, Double)
        switch ((Int(quarters) % 4) + 4) % 4 {
        case 0: turned = (c, s)
        case 1: turned = (-s, c)
        case 2: turned = (-c, -s)
        default: turned = (s, -c)
        }
        return AffineMap(xx: turned.0, xy: -turned.1, x0: 0, yx: turned.1, yy: turned.0, y0: 0)
    }

    /// A map that moves places.
    static func shift(_ x: Double, _ y: Double) -> AffineMap {
        AffineMap(xx: 1, xy: 0, x0: x, yx: 0, yy: 1, y0: y)
    }

    /// A map that stretches, with the origin in place.
    static func scale(_ x: Double, _ y: Double) -> AffineMap {
        AffineMap(xx: x, xy: 0, x0: 0, yx: 0, yy: y, y0: 0)
    }

    /// A map that slants, with the origin in place: x gains `x` times y, y gains `y` times x.
    static func shear(_ x: Double, _ y: Double) -> AffineMap {
        AffineMap(xx: 1, xy: x, x0: 0, yx: y, yy: 1, y0: 0)
    }

    /// This map with another point in the place of the origin.
    package func around(_ x: Double, _ y: Double) -> AffineMap {
        .shift(x, y).after(self).after(.shift(-x, -y))
    }

    /// The map that does `first`, then this.
    package func after(_ first: AffineMap) -> AffineMap {
        AffineMap(
            xx: xx * first.xx + xy * first.yx, xy: xx * first.xy + xy * first.yy,
            x0: xx * first.x0 + xy * first.y0 + x0,
            yx: yx * first.xx + yy * first.yx, yy: yx * first.xy + yy * first.yy,
            y0: yx * first.x0 + yy * first.y0 + y0)
    }

    /// Where a place goes.
    func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (xx * x + xy * y + x0, yx * x + yy * y + y0)
    }

    /// Whether rows stay rows and columns stay columns.
    var keepsAxes: Bool { xy == 0 && yx == 0 }

    /// The axis-parallel part that a picture of this size is mapped onto, of a map that keeps axes; a
    /// mirroring is left out.
    func box(width: Int, height: Int) -> PixelBox {
        let (left, right) = (x0, xx * Double(width) + x0)
        let (top, bottom) = (y0, yy * Double(height) + y0)
        return PixelBox(
            left: min(left, right), top: min(top, bottom), right: max(left, right), bottom: max(top, bottom))
    }
}
