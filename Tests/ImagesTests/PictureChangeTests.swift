import GraftImages
import GraftTensors
import Testing

@Suite struct PictureChangeTests {
    static func picture(
        _ width: Int, _ height: Int, _ level: (_ x: Int, _ y: Int, _ channel: Int) -> Int
    ) -> PixelImage {
        var samples: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width { for channel in 0..<3 { samples.append(UInt8(level(x, y, channel) % 256)) } }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }

    let photo = picture(40, 30) { x, y, channel in (40 * channel + 5 * y + 3 * x) % 251 }

    func preprocessing(
        _ rule: Preprocessing.ResizeRule = .squash, height: Int = 12, width: Int = 16,
        order: Preprocessing.ColorOrder = .rgb, isPlain: Bool = false
    ) throws -> Preprocessing {
        let channels = order.channels
        let mean: [Float] = isPlain ? [0, 0, 0] : [100, 110, 120]
        let scale: [Float] = isPlain ? [1, 1, 1] : [0.5, 0.25, 2]
        return try Preprocessing(
            height: height, width: width, colorOrder: order, resizeRule: rule, interpolation: .bilinear,
            mean: Array(mean.prefix(channels)), scale: Array(scale.prefix(channels)))
    }

    func changed(_ image: PixelImage, _ preprocessing: Preprocessing, _ change: PictureChange) -> [Float] {
        var values = [Float](repeating: -7, count: preprocessing.elementCount)
        var span = values.mutableSpan
        preprocessing.write(image, into: &span, slot: 0, using: Resampler(), changedBy: change)
        return values
    }

    func augmented(
        _ image: PixelImage, _ preprocessing: Preprocessing, _ augmentation: Augmentation, seed: UInt64 = 1
    ) -> [Float] {
        var values = [Float](repeating: -7, count: preprocessing.elementCount)
        var generator = CounterGenerator(seed: seed)
        var span = values.mutableSpan
        preprocessing.write(
            image, into: &span, slot: 0, using: Resampler(), augmentedBy: augmentation, generator: &generator)
        return values
    }

    static let rules = [Preprocessing.ResizeRule.squash, .shorterSide(20), .centerBox(margin: 5)]

    @Test(arguments: rules, Preprocessing.ColorOrder.allCases)
    func noAugmentationIsThePlainInput(
        rule: Preprocessing.ResizeRule, order: Preprocessing.ColorOrder
    ) throws {
        let preprocessing = try preprocessing(rule, order: order)
        let plain = preprocessing.tensor(of: photo).floats
        #expect(augmented(photo, preprocessing, .none) == plain)
        // The way through colour operations ends in the same values.
        var change = PictureChange()
        change.colours = [.posterize(bits: 8)]
        #expect(changed(photo, preprocessing, change) == plain)
    }

    @Test(arguments: rules, Preprocessing.ColorOrder.allCases)
    func mirrorsAreExact(rule: Preprocessing.ResizeRule, order: Preprocessing.ColorOrder) throws {
        let preprocessing = try preprocessing(rule, order: order)
        let (plain, channels) = (preprocessing.tensor(of: photo).floats, order.channels)
        for (isMirrored, isUpsideDown) in [(true, false), (false, true), (true, true)] {
            var change = PictureChange()
            change.isMirrored = isMirrored
            change.isUpsideDown = isUpsideDown
            let result = changed(photo, preprocessing, change)
            for y in 0..<12 {
                for x in 0..<16 {
                    let from = (isUpsideDown ? 11 - y : y) * 16 + (isMirrored ? 15 - x : x)
                    let place = y * 16 + x
                    for channel in 0..<channels {
                        #expect(result[place * channels + channel] == plain[from * channels + channel])
                    }
                }
            }
        }
    }

    @Test func quarterTurnIsTheTurnedPicture() throws {
        let square = photo.cropped(left: 3, top: 2, width: 24, height: 24)
        let preprocessing = try preprocessing(height: 24, width: 24, isPlain: true)
        for (degrees, orientation) in [(90.0, 8), (-90, 6), (180, 3)] {
            var change = PictureChange()
            change.motion = AffineMap.rotation(degrees: degrees).around(12, 12)
            let expected = square.upright(fromExifOrientation: orientation).samples
            #expect(changed(square, preprocessing, change) == expected.map { Float($0) })
        }
    }

    @Test func samplingWithoutAChangeIsResampling() throws {
        // An angle too small to move anything, so that pixels are sampled.
        var change = PictureChange()
        change.motion = AffineMap.rotation(degrees: 1e-6).around(8, 6)
        for (width, height) in [(16, 12), (8, 6), (4, 3)] {
            let small = photo.cropped(left: 1, top: 1, width: width, height: height)
            let preprocessing = try preprocessing(isPlain: true)
            let plain = preprocessing.tensor(of: small).floats
            let sampled = changed(small, preprocessing, change)
            for (first, second) in zip(plain, sampled) { #expect(abs(first - second) <= 1) }
        }
    }

    @Test func shrinkingBySamplingIsAntialiased() throws {
        // Stripes of one pixel become grey, whatever the scale.
        let size = 240
        let stripes = Self.picture(size, size) { x, _, _ in x % 2 * 255 }
        for side in [100, 60, 16] {
            let preprocessing = try preprocessing(height: side, width: side, isPlain: true)
            var change = PictureChange()
            change.motion = AffineMap.rotation(degrees: 1e-6).around(Double(side) / 2, Double(side) / 2)
            let result = changed(stripes, preprocessing, change)
            let mean = result.reduce(0, +) / Float(result.count)
            #expect(abs(mean - 127.5) < 4, "\(side)")
            #expect(result.allSatisfy { abs($0 - 127.5) < 64 }, "\(side): \(result.min() ?? 0)")
        }
    }

    @Test func bothWaysOfResamplingSeeTheSamePart() throws {
        // A smooth picture, so that the filters' differences do not matter.
        let smooth = Self.picture(60, 50) { x, y, channel in channel == 0 ? 4 * x : 5 * y }
        let preprocessing = try preprocessing(isPlain: true)
        for part in [
            PixelBox(left: 5.25, top: 3.5, right: 40.75, bottom: 31),
            PixelBox(left: -20, top: 10, right: 30, bottom: 70),
        ] {
            var change = PictureChange()
            change.part = part
            let separable = changed(smooth, preprocessing, change)
            change.motion = AffineMap.rotation(degrees: 1e-6).around(8, 6)
            for (first, second) in zip(separable, changed(smooth, preprocessing, change)) {
                #expect(abs(first - second) <= 8)
            }
        }
    }

    @Test func outsideOfThePictureItsEdgeContinues() throws {
        let preprocessing = try preprocessing(height: 30, width: 40, isPlain: true)
        let plain = preprocessing.tensor(of: photo).floats
        // Ten columns to the right and five rows down, in whole pixels.
        for tilt in [0.0, 1e-7] {
            var change = PictureChange()
            change.motion = AffineMap(xx: 1, xy: tilt, x0: 10, yx: 0, yy: 1, y0: 5)
            let result = changed(photo, preprocessing, change)
            for y in 0..<30 {
                for x in 0..<40 {
                    let from = 3 * (min(y + 5, 29) * 40 + min(x + 10, 39))
                    let place = 3 * (y * 40 + x)
                    #expect(Array(result[place..<place + 3]) == Array(plain[from..<from + 3]))
                }
            }
        }
    }

    @Test func erasedPartIsZeroAndNothingElse() throws {
        let preprocessing = try preprocessing()
        let plain = preprocessing.tensor(of: photo).floats
        var change = PictureChange()
        change.erased = (rows: 2..<5, columns: 3..<10)
        let result = changed(photo, preprocessing, change)
        for (index, value) in result.enumerated() {
            let isErased = (2..<5).contains(index / 48) && (3..<10).contains(index / 3 % 16)
            #expect(value == (isErased ? 0 : plain[index]))
        }
    }

    @Test func sameDrawsGiveTheSamePictureAndOthersAnother() throws {
        let preprocessing = try preprocessing()
        for augmentation in [Augmentation.light, .usual, .strong] {
            let first = augmented(photo, preprocessing, augmentation, seed: 5)
            #expect(first == augmented(photo, preprocessing, augmentation, seed: 5))
            #expect(first != augmented(photo, preprocessing, augmentation, seed: 6))
        }
    }

    @Test func hostileNumbersAndPicturesDoNoHarm() throws {
        let preprocessing = try preprocessing()
        for number in [Float.nan, .infinity, -.infinity, -1, 1e30, 1e-30] {
            var value = Augmentation()
            (value.horizontalFlip, value.verticalFlip) = (true, true)
            (value.rotation, value.shift, value.zoom, value.shear) = (number, number, number, number)
            (value.brightness, value.contrast, value.saturation, value.hue) = (number, number, number, number)
            value.erasing = number
            value.randomResizedCrop = number
            value.randAugment = .init(count: 99, magnitude: number)
            for (width, height) in [(1, 1), (1, 900), (900, 1), (40, 30)] {
                let image = PixelImage(
                    width: width, height: height, grey: [UInt8](repeating: 9, count: width * height))
                for seed in 0..<UInt64(20) {
                    let values = augmented(image, preprocessing, value, seed: seed)
                    #expect(values.allSatisfy { $0.isFinite && abs($0) <= 400 })
                }
            }
        }
    }
}
