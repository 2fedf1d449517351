/// How a picture is interpolated when its size changes; always antialiased when it shrinks.
package enum Interpolation {
    /// The triangle of radius 1.
    case bilinear
    /// Keys' cubic convolution with a = -0.5, of radius 2.
    case bicubic

    /// The distance, in pixels of the coarser picture, from which on a pixel has no weight.
    var radius: Double { self == .bilinear ? 1 : 2 }

    /// The weight of a pixel at a distance.
    func weight(at distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bilinear:
            return x < 1 ? 1 - x : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            if x < 2 { return ((x - 5) * x + 8) * x * a - 4 * a }
            return 0
        }
    }
}
