import GraftImages
import Testing

@Suite struct ResamplerTests {
    @Test(arguments: Fixtures.resizes)
    func resizingEqualsPillow(fixture: Fixtures.Resize) throws {
        let source = PixelImage(
            width: fixture.sourceWidth, height: fixture.sourceHeight,
            samples: try Fixtures.bytes(fixture.source + ".rgb"))
        let result = Resampler().resize(
            source, box: PixelBox(fixture.box), width: fixture.width, height: fixture.height,
            interpolation: fixture.filter)
        #expect(largestDifference(result.samples, try Fixtures.bytes(fixture.expected)) == 0)
    }

    @Test func sameResamplerGivesTheSameAfterOtherPictures() {
        let small = PixelImage(width: 5, height: 4, grey: (0..<20).map { UInt8($0 * 12) })
        let large = PixelImage(width: 90, height: 200, grey: [UInt8](repeating: 200, count: 18_000))
        let resampler = Resampler()
        let first = resampler.resize(small, width: 9, height: 3, interpolation: .bicubic)
        _ = resampler.resize(large, width: 40, height: 30, interpolation: .bicubic)
        #expect(resampler.resize(small, width: 9, height: 3, interpolation: .bicubic) == first)
    }

    @Test func ownSizeChangesNothing() {
        let picture = PixelImage(width: 6, height: 5, grey: (0..<30).map { UInt8($0 * 8) })
        for interpolation in Interpolation.allCases {
            let same = Resampler().resize(picture, width: 6, height: 5, interpolation: interpolation)
            #expect(same == picture)
        }
    }

    @Test func uniformPictureStaysUniform() {
        let white = PixelImage(width: 33, height: 70, grey: [UInt8](repeating: 255, count: 2310))
        let result = Resampler().resize(white, width: 50, height: 11, interpolation: .bicubic)
        #expect(result.samples.allSatisfy { $0 == 255 })
    }

    @Test func orientationsAreInverseOrSelfInverse() {
        let picture = PixelImage(width: 3, height: 2, samples: (0..<18).map { UInt8($0) })
        for orientation in [2, 3, 4, 5, 7] {
            let turned = picture.upright(fromExifOrientation: orientation)
            #expect(turned.upright(fromExifOrientation: orientation) == picture)
        }
        let turned = picture.upright(fromExifOrientation: 6)
        #expect([turned.width, turned.height] == [2, 3])
        #expect(Array(turned.samples[..<6]) == [9, 10, 11, 0, 1, 2])
        #expect(turned.upright(fromExifOrientation: 8) == picture)
        #expect(picture.upright(fromExifOrientation: 9) == picture)
    }
}
