import GraftTensors
import Testing

@testable import GraftImages

@Suite struct PicturePropertiesTests {
    /// A picture of smooth shapes, others for each seed: random levels on a grid, and what lies between them.
    private func scene(_ width: Int, _ height: Int, seed: Int) -> PixelImage {
        var generator = CounterGenerator(seed: UInt64(seed))
        let grid = (0..<64).map { _ in Double(generator.next(below: 256)) }
        var samples: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                let (across, down) = (
                    7 * (Double(column) + 0.5) / Double(width), 7 * (Double(row) + 0.5) / Double(height)
                )
                let (left, top) = (min(Int(across), 6), min(Int(down), 6))
                let (right, bottom) = (across - Double(left), down - Double(top))
                func level(_ top: Int) -> Double {
                    grid[8 * top + left] * (1 - right) + grid[8 * top + left + 1] * right
                }
                let value = level(top) * (1 - bottom) + level(top + 1) * bottom
                samples += [UInt8(value), UInt8(value / 2 + 60), UInt8(255 - value)]
            }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }

    /// Pixels read in another order: each axis backwards or not, then rows and columns exchanged or not.
    private func turned(_ image: PixelImage, mirrored: Bool, flipped: Bool, transposed: Bool) -> PixelImage {
        let (width, height) = transposed ? (image.height, image.width) : (image.width, image.height)
        var samples: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                var (across, down) = transposed ? (row, column) : (column, row)
                if mirrored { across = image.width - 1 - across }
                if flipped { down = image.height - 1 - down }
                samples +=
                    image.samples[3 * (down * image.width + across)..<3 * (down * image.width + across) + 3]
            }
        }
        return PixelImage(width: width, height: height, samples: samples)
    }

    @Test func hashesOfAllSymmetriesFollowFromOne() {
        let image = scene(120, 90, seed: 1)
        let hash = PictureProperties(image).hash
        let all = Set(hash.symmetries)
        #expect(all.count == 8)
        for mirrored in [false, true] {
            for flipped in [false, true] {
                for transposed in [false, true] {
                    let other = turned(image, mirrored: mirrored, flipped: flipped, transposed: transposed)
                    let least =
                        hash.symmetries.map { $0.distance(to: PictureProperties(other).hash) }.min() ?? 64
                    #expect(least <= 1, "\(mirrored) \(flipped) \(transposed): \(least)")
                }
            }
        }
        #expect(hash.mirrored.mirrored == hash && hash.transposed.transposed == hash)
    }

    @Test func hashesOfOtherSizesAreAlikeAndOfOtherPicturesAreNot() {
        for seed in 0..<6 {
            let hash = PictureProperties(scene(320, 240, seed: seed)).hash
            #expect(hash.distance(to: PictureProperties(scene(97, 71, seed: seed)).hash) <= 8)
            #expect(hash.distance(to: PictureProperties(scene(1400, 1050, seed: seed)).hash) <= 8)
            for other in 0..<seed {
                let distances = PictureProperties(scene(320, 240, seed: other)).hash.symmetries.map {
                    hash.distance(to: $0)
                }
                #expect((distances.min() ?? 0) > 8)
            }
        }
    }

    @Test func levelsAreThoseOfThePixels() {
        // 200 pixels: 4 of level 10, 192 of 100, 4 of 250.
        let grey =
            [UInt8](repeating: 10, count: 4) + [UInt8](repeating: 100, count: 192)
            + [UInt8](repeating: 250, count: 4)
        let properties = PictureProperties(PixelImage(width: 20, height: 10, grey: grey))
        #expect(properties.isGrey && properties.width == 20 && properties.height == 10)
        #expect(properties.darkest == 10 && properties.lightest == 250)
        #expect(abs(properties.brightness - 101.2) < 0.01)
        // Of shares 0.02, 0.96 and 0.02.
        #expect(abs(properties.entropy - 0.28229) < 1e-4)
        let red = PictureProperties(PixelImage(width: 1, height: 1, samples: [255, 0, 0]))
        #expect(!red.isGrey && abs(red.brightness - 76.7) < 0.1)
        #expect(red.entropy == 0 && red.sharpness == 0 && red.borderDeviation == 0)
    }

    @Test func sharpnessIsThatOfALaplacian() {
        // One light pixel in the middle of 5 x 5: of nine inner places 4 x 90, four times -90, and four zeros.
        var grey = [UInt8](repeating: 0, count: 25)
        grey[12] = 90
        let properties = PictureProperties(PixelImage(width: 5, height: 5, grey: grey))
        let expected = ((360.0 * 360 + 4 * 90 * 90) / 9).squareRoot()
        #expect(abs(Double(properties.sharpness) - expected) < 0.01)
    }

    @Test func frameIsSeen() {
        var grey = [UInt8](repeating: 200, count: 40 * 30)
        for row in 1..<29 { for column in 1..<39 { grey[row * 40 + column] = UInt8((row * column) % 200) } }
        let properties = PictureProperties(PixelImage(width: 40, height: 30, grey: grey))
        #expect(abs(properties.border - 200) < 0.1 && properties.borderDeviation < 0.5)
        #expect(PictureProperties(scene(40, 30, seed: 2)).borderDeviation > 5)
    }
}
