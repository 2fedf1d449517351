extension Resampler {
    /// Resamples a picture through an affine map from the result's pixels to the picture's, and writes the
    /// finished values.
    ///
    /// Each pixel of the result is the mean of as many bilinear samples as keep gaps between them below 1.6
    /// pixels; where it covers several pixels of the picture, these are averaged in whole blocks first.
    /// Levels are rounded to whole ones, as the other way of resampling does. Outside of the picture its
    /// outermost pixels continue.
    func sample(
        _ image: PixelImage, through map: AffineMap, finish: Finish,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(target.count == finish.elementCount)
        guard let start = target.baseAddress else { return }
        let region = SampledRegion(image, map, width: finish.width, height: finish.height)
        let source = unsafe pixels.reserve(4 * region.stride * (region.height + 1))
        unsafe region.fill(source, from: image, isGrey: finish.isGrey)
        let row = unsafe levels.reserve(3 * finish.width + 4)
        for y in 0..<finish.height {
            unsafe region.sampleRow(y, width: finish.width, from: source, into: row)
            unsafe finish.write(row, row: y, into: start)
        }
    }
}

/// The part of a picture that a map reaches, as blocks of pixels; and the map to it.
private struct SampledRegion {
    /// The first column and row, counted in blocks.
    let left: Int
    let top: Int
    let width: Int
    let height: Int
    /// The columns and rows of the picture in a block.
    let blockWidth: Int
    let blockHeight: Int
    /// From the result's pixels to blocks, the first block's centre being (0, 0).
    let map: AffineMap
    /// How many samples a pixel of the result takes, from left to right and from top to bottom.
    let columns: Int
    let rows: Int

    /// Blocks from one row to the next: one more than there are, because samples look to the right.
    var stride: Int { width + 1 }

    init(_ image: PixelImage, _ map: AffineMap, width resultWidth: Int, height resultHeight: Int) {
        // The root mean square of what one pixel of the result covers.
        let across = (map.xx * map.xx + map.xy * map.xy).squareRoot()
        let down = (map.yx * map.yx + map.yy * map.yy).squareRoot()
        blockWidth = Int((across / 1.5).limited(to: 1...Double(image.width)))
        blockHeight = Int((down / 1.5).limited(to: 1...Double(image.height)))
        let toBlocks = AffineMap.scale(1 / Double(blockWidth), 1 / Double(blockHeight)).after(map)
        let (right, bottom) = (Double(resultWidth), Double(resultHeight))
        let corners = [toBlocks(0, 0), toBlocks(right, 0), toBlocks(0, bottom), toBlocks(right, bottom)]
        func range(_ places: [Double], _ count: Int) -> Range<Int> {
            let low = (places.min() ?? 0) - 1
            let high = (places.max() ?? 0) + 2
            let first = Int(low.limited(to: 0...Double(count - 1)))
            return first..<max(Int(high.limited(to: 1...Double(count))), first + 1)
        }
        let reachedColumns = range(corners.map(\.x), (image.width + blockWidth - 1) / blockWidth)
        let reachedRows = range(corners.map(\.y), (image.height + blockHeight - 1) / blockHeight)
        (left, width) = (reachedColumns.lowerBound, reachedColumns.count)
        (top, height) = (reachedRows.lowerBound, reachedRows.count)
        self.map = AffineMap.shift(-Double(left) - 0.5, -Double(top) - 0.5).after(toBlocks)
        func count(_ x: Double, _ y: Double) -> Int {
            Int(((x * x + y * y).squareRoot() + 0.6).limited(to: 1...64))
        }
        columns = count(toBlocks.xx, toBlocks.yx)
        rows = count(toBlocks.xy, toBlocks.yy)
    }

    /// Writes the blocks' means, four values to a block, red, green, blue and nothing.
    func fill(_ target: UnsafeMutablePointer<Float>, from image: PixelImage, isGrey: Bool) {
        unsafe image.samples.withUnsafeBufferPointer { samples in
            guard let samples = samples.baseAddress else { return }
            for y in 0..<height {
                let row = unsafe target + 4 * stride * y
                if blockWidth == 1 && blockHeight == 1 {
                    let pixels = unsafe samples + 3 * ((top + y) * image.width + left)
                    unsafe widen(pixels, into: row, isGrey: isGrey)
                } else {
                    unsafe average(samples, of: image, row: top + y, into: row, isGrey: isGrey)
                }
            }
        }
    }

    private func widen(_ pixels: UnsafePointer<UInt8>, into row: UnsafeMutablePointer<Float>, isGrey: Bool) {
        for x in 0..<width {
            let pixel = unsafe pixels + 3 &* x
            let block = unsafe row + 4 &* x
            if isGrey {
                let level = unsafe Float(ResamplingPass.greyLevel(pixel))
                unsafe (block[0], block[1], block[2]) = (level, level, level)
            } else {
                unsafe block[0] = Float(pixel[0])
                unsafe block[1] = Float(pixel[1])
                unsafe block[2] = Float(pixel[2])
            }
        }
    }

    private func average(
        _ samples: UnsafePointer<UInt8>, of image: PixelImage, row y: Int,
        into row: UnsafeMutablePointer<Float>, isGrey: Bool
    ) {
        let lines = y * blockHeight..<min((y + 1) * blockHeight, image.height)
        for x in 0..<width {
            let first = (left + x) * blockWidth
            let end = min(first + blockWidth, image.width)
            var (red, green, blue) = (0, 0, 0)
            for line in lines {
                var pixel = unsafe samples + 3 &* (line &* image.width &+ first)
                for _ in first..<end {
                    if isGrey {
                        unsafe red &+= Int(ResamplingPass.greyLevel(pixel))
                    } else {
                        unsafe red &+= Int(pixel[0])
                        unsafe green &+= Int(pixel[1])
                        unsafe blue &+= Int(pixel[2])
                    }
                    unsafe pixel += 3
                }
            }
            let share = 1 / Float(lines.count * (end - first))
            let block = unsafe row + 4 &* x
            unsafe block[0] = Float(red) * share
            unsafe block[1] = Float(isGrey ? red : green) * share
            unsafe block[2] = Float(isGrey ? red : blue) * share
        }
    }

    /// Makes the levels of one row of the result.
    func sampleRow(
        _ y: Int, width resultWidth: Int, from source: UnsafePointer<Float>,
        into target: UnsafeMutablePointer<Float>
    ) {
        // Places are whole multiples of 2⁻²⁴: cheaper to split than floating-point numbers.
        let (stepX, stepY) = (Self.fixed(map.xx), Self.fixed(map.yx))
        let starts = (0..<rows * columns).map { index in
            let place = map(
                (Double(index % columns) + 0.5) / Double(columns),
                Double(y) + (Double(index / columns) + 0.5) / Double(rows))
            return (x: Self.fixed(place.x), y: Self.fixed(place.y))
        }
        let (lastX, lastY) = ((width - 1) << 24, (height - 1) << 24)
        let share = 1 / Float(starts.count)
        let below = 16 &* stride
        let bytes = unsafe UnsafeRawPointer(source)
        var output = UnsafeMutableRawPointer(target)
        unsafe starts.withUnsafeBufferPointer { starts in
            for x in 0..<resultWidth {
                var sum = SIMD4<Float>()
                for sample in 0..<starts.count {
                    let placeX = unsafe min(max(starts[sample].x &+ x &* stepX, 0), lastX)
                    let placeY = unsafe min(max(starts[sample].y &+ x &* stepY, 0), lastY)
                    let right = SIMD4(repeating: Float(placeX & 0xff_ffff) * 0x1p-24)
                    let down = SIMD4(repeating: Float(placeY & 0xff_ffff) * 0x1p-24)
                    let block = unsafe bytes + (placeY &>> 24) &* below + (placeX &>> 24) &* 16
                    let a = unsafe block.loadUnaligned(as: SIMD4<Float>.self)
                    let b = unsafe block.loadUnaligned(fromByteOffset: 16, as: SIMD4<Float>.self)
                    let c = unsafe (block + below).loadUnaligned(as: SIMD4<Float>.self)
                    let d = unsafe (block + below).loadUnaligned(fromByteOffset: 16, as: SIMD4<Float>.self)
                    let upper = a + (b - a) * right
                    let lower = c + (d - c) * right
                    sum += upper + (lower - upper) * down
                }
                // Adding 2²³ leaves no bits for a fraction.
                let magic = SIMD4<Float>(repeating: 0x1p23)
                unsafe output.storeBytes(of: (sum * share + magic) - magic, as: SIMD4<Float>.self)
                unsafe output += 12
            }
        }
    }

    private static func fixed(_ value: Double) -> Int {
        Int((value * 0x1p24).rounded().limited(to: -0x1p50...0x1p50))
    }
}
