/// How a decoder's samples become red, green and blue.
enum SampleLayout {
    case grey, greyAlpha, rgb, rgba, cmyk

    /// The layout of grey or RGB samples of this many bands; `nil` for other counts.
    init?(bandCount: Int) {
        switch bandCount {
        case 1: self = .grey
        case 2: self = .greyAlpha
        case 3: self = .rgb
        case 4: self = .rgba
        default: return nil
        }
    }

    /// Converts a row of `width` pixels; transparency lies over white.
    func convert(_ row: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>, width: Int) {
        switch self {
        case .rgb:
            unsafe target.update(from: row, count: 3 * width)
        case .grey:
            for x in 0..<width {
                let value = unsafe row[x]
                unsafe Self.put(value, value, value, at: x, of: target)
            }
        case .greyAlpha:
            for x in 0..<width {
                let value = unsafe Self.overWhite(row[2 * x], alpha: row[2 * x + 1])
                unsafe Self.put(value, value, value, at: x, of: target)
            }
        case .rgba:
            for x in 0..<width {
                let alpha = unsafe row[4 * x + 3]
                unsafe Self.put(
                    Self.overWhite(row[4 * x], alpha: alpha), Self.overWhite(row[4 * x + 1], alpha: alpha),
                    Self.overWhite(row[4 * x + 2], alpha: alpha), at: x, of: target)
            }
        case .cmyk:
            // The plain subtractive model: 255 is full ink.
            for x in 0..<width {
                let light = unsafe 255 - row[4 * x + 3]
                unsafe Self.put(
                    Self.product(255 - row[4 * x], light), Self.product(255 - row[4 * x + 1], light),
                    Self.product(255 - row[4 * x + 2], light), at: x, of: target)
            }
        }
    }

    private static func put(
        _ red: UInt8, _ green: UInt8, _ blue: UInt8, at x: Int, of target: UnsafeMutablePointer<UInt8>
    ) {
        unsafe target[3 * x] = red
        unsafe target[3 * x + 1] = green
        unsafe target[3 * x + 2] = blue
    }

    private static func overWhite(_ value: UInt8, alpha: UInt8) -> UInt8 {
        // The sum cannot exceed 255: it rounds value x alpha + 255 x (255 - alpha) over 255.
        255 - product(255 - value, alpha)
    }

    /// a x b / 255, rounded to the nearest.
    private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        UInt8((UInt32(a) * UInt32(b) + 127) / 255)
    }
}
