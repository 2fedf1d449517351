internal import GraftTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension CounterGenerator {
    /// The next number, even between two.
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(nextUniform())
    }

    /// Part of a picture with a random area, proportions and place: torchvision's
    /// `RandomResizedCrop.get_params`, with sides that need not be whole pixels.
    mutating func part(of image: PixelImage, leastShare: Double) -> PixelBox {
        let (width, height) = (Double(image.width), Double(image.height))
        let narrowest = log(3.0 / 4)
        for _ in 0..<10 {
            let area = uniform(leastShare, 1) * width * height
            let proportions = exp(uniform(narrowest, -narrowest))
            let size = ((area * proportions).squareRoot(), (area / proportions).squareRoot())
            if size.0 <= width && size.1 <= height {
                return PixelBox(
                    left: uniform(0, width - size.0), top: uniform(0, height - size.1), width: size.0,
                    height: size.1)
            }
        }
        // The centre, as large as the proportions allow.
        let size = (min(width, height * 4 / 3), min(height, width * 4 / 3))
        return PixelBox(
            left: (width - size.0) / 2, top: (height - size.1) / 2, width: size.0, height: size.1)
    }

    /// Part of an input to be erased: torchvision's `RandomErasing.get_params`; `nil` where ten draws did not
    /// fit.
    mutating func erasedPart(width: Int, height: Int) -> (rows: Range<Int>, columns: Range<Int>)? {
        for _ in 0..<10 {
            let area = uniform(0.02, 0.33) * Double(width) * Double(height)
            let proportions = exp(uniform(log(0.3), log(3.3)))
            let rows = Int((area * proportions).squareRoot().rounded(.toNearestOrEven))
            let columns = Int((area / proportions).squareRoot().rounded(.toNearestOrEven))
            guard rows < height, columns < width else { continue }
            let top = next(below: height - rows + 1)
            let left = next(below: width - columns + 1)
            return (top..<top + rows, left..<left + columns)
        }
        return nil
    }
}

extension PixelBox {
    /// The part with this upper left corner and size.
    fileprivate init(left: Double, top: Double, width: Double, height: Double) {
        self.init(left: left, top: top, right: left + width, bottom: top + height)
    }
}
