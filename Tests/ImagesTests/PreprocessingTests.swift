import GraftFiles
import GraftImages
import GraftTensors
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct PreprocessingTests {
    func make(
        _ rule: Preprocessing.ResizeRule, height: Int = 4, width: Int = 4,
        order: Preprocessing.ColorOrder = .rgb,
        mean: [Float] = [127, 127, 127], scale: [Float] = [0.0078125, 0.0078125, 0.0078125]
    ) throws -> Preprocessing {
        try Preprocessing(
            height: height, width: width, colorOrder: order, resizeRule: rule, interpolation: .bicubic,
            mean: mean,
            scale: scale)
    }

    let gradient = PixelImage(width: 40, height: 30, samples: (0..<3600).map { UInt8($0 % 251) })

    @Test func tensorHoldsResampledLevelsLessMeanTimesScale() throws {
        let tensor = try make(.squash, mean: [100, 110, 120], scale: [0.5, 0.25, 2]).tensor(of: gradient)
        #expect(tensor.shape == [1, 4, 4, 3])
        let levels = Resampler().resize(gradient, width: 4, height: 4, interpolation: .bicubic).samples
        let expected = levels.enumerated().map { index, level in
            (Float(level) - [100, 110, 120][index % 3]) * [0.5, 0.25, 2][index % 3]
        }
        #expect(tensor.floats == expected)
    }

    @Test func bgrIsRGBReversedWithItsOwnMeans() throws {
        let (mean, scale): ([Float], [Float]) = ([100, 110, 120], [0.5, 0.25, 2])
        let rgb = try make(.squash, mean: mean, scale: scale).tensor(of: gradient).floats
        let bgr = try make(.squash, order: .bgr, mean: mean, scale: scale).tensor(of: gradient).floats
        for pixel in 0..<16 {
            #expect(
                Array(bgr[(3 * pixel)..<(3 * pixel + 3)]) == rgb[(3 * pixel)..<(3 * pixel + 3)].reversed())
        }
    }

    @Test func slotIsFilledAndItsNeighboursAreNot() throws {
        let preprocessing = try make(.centerBox(margin: 1), height: 3, width: 5)
        var batch = [Float](repeating: -7, count: 3 * 45)
        unsafe batch.withUnsafeMutableBufferPointer { buffer in
            let slot = unsafe UnsafeMutableBufferPointer(rebasing: buffer[45..<90])
            unsafe preprocessing.write(gradient, into: slot, using: Resampler())
        }
        #expect(batch[..<45].allSatisfy { $0 == -7 })
        #expect(batch[90...].allSatisfy { $0 == -7 })
        #expect(Array(batch[45..<90]) == preprocessing.tensor(of: gradient).floats)
    }

    @Test func centerBoxIsTensorFlows() throws {
        // int(224 / 256 x 375) = 328; (375 - 328 + 1) // 2 = 24; (500 - 328 + 1) // 2 = 86.
        let image = PixelImage(width: 500, height: 375, grey: [UInt8](repeating: 0, count: 187_500))
        let rule = try make(.centerBox(margin: 32), height: 224, width: 224)
        #expect(rule.box(in: image) == PixelBox(left: 86, top: 24, right: 414, bottom: 352))
    }

    @Test func shorterSideIsTorchvisions() throws {
        // Resize(256): 341 x 256; CenterCrop(224): left round(58.5) = 58, top 16.
        let image = PixelImage(width: 500, height: 375, grey: [UInt8](repeating: 0, count: 187_500))
        let rule = try make(.shorterSide(256), height: 224, width: 224)
        let (x, y) = (500.0 / 341, 375.0 / 256)
        #expect(
            rule.box(in: image) == PixelBox(left: 58 * x, top: 16 * y, right: 282 * x, bottom: 240 * y))
    }

    @Test func thinPicturesWorkWithEveryRule() throws {
        for (width, height) in [(1, 1), (1, 900), (900, 1), (2, 3)] {
            let image = PixelImage(
                width: width, height: height, grey: [UInt8](repeating: 9, count: width * height))
            for rule in [Preprocessing.ResizeRule.squash, .shorterSide(9), .centerBox(margin: 32)] {
                let values = try make(rule, height: 7, width: 9, mean: [0, 0, 0], scale: [1, 1, 1]).tensor(
                    of: image)
                #expect(values.floats.allSatisfy { $0 == 9 })
            }
        }
    }

    @Test func codingKeepsEveryPart() throws {
        for rule in [Preprocessing.ResizeRule.squash, .shorterSide(256), .centerBox(margin: 32)] {
            let value = try make(rule, order: .bgr, mean: [1.5, 2, 3], scale: [0.1, 0.2, 0.3])
            let data = try JSONEncoder().encode(value)
            #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == value)
        }
    }

    @Test func canonicalTextNamesEveryPart() throws {
        #expect(
            try make(.centerBox(margin: 32)).canonicalText
                == "4x4 rgb centerBox(32) bicubic mean(127.0,127.0,127.0) scale(0.0078125,0.0078125,0.0078125)"
        )
    }

    @Test func contradictionsAreErrors() {
        func message(_ body: () throws(any Error) -> Preprocessing) -> String? {
            do { return try body().canonicalText } catch { return "\(error)" }
        }
        #expect(
            message { try make(.shorterSide(3)) }
                == "The preprocessing scales the shorter side to 3 pixels, too few to cut out 4 x 4.")
        #expect(
            message { try make(.squash, height: 0) }
                == "The preprocessing has an input of 0 x 4 pixels; each side must have 1 to 16,384.")
        #expect(
            message { try make(.squash, mean: [1]) }
                == "The preprocessing has 1 means and 3 scales; it needs three of each.")
        #expect(message { try make(.squash, scale: [1, .nan, 1]) }?.contains("not a finite number") == true)
    }

    @Test(arguments: AugmentationFixture.all?.grey ?? [])
    func greyIsPillowsBeforeItIsResampled(fixture: AugmentationFixture.Grey) throws {
        let grey = try Preprocessing(
            height: fixture.height, width: fixture.width, colorOrder: .grey, resizeRule: .squash,
            interpolation: fixture.interpolation, mean: [0], scale: [1])
        let tensor = grey.tensor(of: try AugmentationFixture.picture())
        #expect(tensor.shape == [1, fixture.height, fixture.width, 1])
        #expect(tensor.floats == fixture.levels)
    }

    @Test func greyHasOneMeanAndScale() throws {
        let value = try make(.squash, order: .grey, mean: [127], scale: [0.5])
        #expect(value.elementCount == 16 && value.channels == 1)
        #expect(try make(.squash).channels == 3)
        #expect(value.canonicalText == "4x4 grey squash bicubic mean(127.0) scale(0.5)")
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(Preprocessing.self, from: data) == value)
        let error = #expect(throws: ImageError.self) { try make(.squash, order: .grey) }
        #expect(
            error?.description
                == "The preprocessing has 3 means and 3 scales; it needs one of each for grey.")
    }
}
