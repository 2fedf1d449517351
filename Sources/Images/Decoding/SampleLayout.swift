/// How a row of a decoder's samples, as bytes, becomes red, green and blue.
struct SampleLayout: Equatable {
    /// What the samples of a pixel are.
    enum Kind: Equatable { case grey, greyAlpha, rgb, rgba, cmyk }

    let kind: Kind
    /// How many samples a pixel has, of which the first are used.
    let bandCount: Int

    init(_ kind: Kind, bandCount: Int) {
        self.kind = kind
        self.bandCount = bandCount
    }

    /// The layout of grey or RGB samples of this many bands; `nil` for counts that make no picture.
    ///
    /// - Parameter hasAlpha: whether the last of two or four is transparency; it is not used otherwise.
    init?(bandCount: Int, hasAlpha: Bool) {
        self.bandCount = bandCount
        switch bandCount {
        case 1: kind = .grey
        case 2: kind = hasAlpha ? .greyAlpha : .grey
        case 3: kind = .rgb
        case 4: kind = hasAlpha ? .rgba : .rgb
        default: return nil
        }
    }

    /// How many samples of a pixel are colours; they come first.
    var colourCount: Int {
        switch kind {
        case .grey, .greyAlpha: 1
        case .rgb, .rgba: 3
        case .cmyk: 4
        }
    }

    /// Converts a row of `width` pixels; transparency lies over white.
    func convert(_ row: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>, width: Int) {
        switch kind {
        case .rgb where bandCount == 3:
            unsafe target.update(from: row, count: 3 * width)
        case .rgb:
            for x in 0..<width {
                let pixel = unsafe row + bandCount * x
                unsafe Self.put(pixel[0], pixel[1], pixel[2], at: x, of: target)
            }
        case .grey:
            for x in 0..<width {
                let value = unsafe row[bandCount * x]
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
