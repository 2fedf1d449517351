import GraftFiles
import GraftImages
import Testing

/// Samples that are not bytes of grey, red, green and blue.
@Suite struct SampleMeaningTests {
    private static let levels: [UInt8] = (0..<64).map { UInt8($0 * 4) }

    private func tiff(
        _ values: [Double], bits: Int, format: Int, bands: Int = 1, photometric: Int = 1,
        fields: [PictureBytes.Field] = []
    ) -> [UInt8] {
        let pixels = values.flatMap { value in
            format == 3
                ? PictureBytes.number(Int(Float(value).bitPattern), 4)
                : PictureBytes.number(Int(value), bits / 8)
        }
        return PictureBytes.tiff(
            width: 8, height: values.count / 8 / bands, bands: bands, bits: bits, format: format,
            photometric: photometric, fields: fields, pixels: pixels)
    }

    /// The levels of red that a file decodes to.
    private func red(_ bytes: [UInt8]) throws -> [Int] {
        let samples = try ImageDecoder().decode(bytes, name: "it.tif").image.samples
        return stride(from: 0, to: samples.count, by: 3).map { Int(samples[$0]) }
    }

    private func expectLevels(_ bytes: [UInt8], within tolerance: Int = 1) throws {
        let found = try red(bytes)
        #expect(zip(found, Self.levels).allSatisfy { abs($0 - Int($1)) <= tolerance }, "\(found)")
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(ImageError) {
            _ = try ImageDecoder().decode(bytes, name: "it.tif")
            return "is used"
        } catch {
            return error.code == .unsupported ? error.problem.found : "\(error)"
        }
    }

    @Test func floatsFromZeroToOneAreThePicture() throws {
        try expectLevels(tiff(Self.levels.map { Double($0) / 255 }, bits: 32, format: 3))
    }

    @Test func floatsFromZeroTo255StayAsTheyAre() throws {
        try expectLevels(tiff(Self.levels.map { Double($0) }, bits: 32, format: 3))
    }

    @Test func floatsOfADeclaredRangeAreScaledByIt() throws {
        let range = [PictureBytes.Field(340, 11, [-100]), PictureBytes.Field(341, 11, [3900])]
        let values = Self.levels.map { Double($0) / 255 * 4000 - 100 }
        try expectLevels(tiff(values, bits: 32, format: 3, fields: range))
        #expect(
            refusal(tiff(values, bits: 32, format: 3))
                == "has floating-point samples from -100 to 3852.941, and does not say which range is black to white"
        )
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNoNumberIsTold(value: Double) {
        var values = Self.levels.map { Double($0) / 255 }
        values[17] = value
        let range = [PictureBytes.Field(340, 11, [0]), PictureBytes.Field(341, 11, [1])]
        for fields in [[], range] {
            let bytes = tiff(values, bits: 32, format: 3, fields: fields)
            #expect(refusal(bytes) == "has samples that are no numbers or infinite")
        }
    }

    @Test func wholeNumbersThatFillTheirTypeAreScaled() throws {
        try expectLevels(tiff(Self.levels.map { Double($0) * 16_843_009 }, bits: 32, format: 1))
        try expectLevels(tiff(Self.levels.map { Double($0) * 8_421_504 }, bits: 32, format: 2))
        try expectLevels(tiff(Self.levels.map { Double($0) * 128 }, bits: 16, format: 2))
        try expectLevels(tiff(Self.levels.map { Double($0) * 257 }, bits: 16, format: 1))
    }

    @Test func wholeNumbersThatDoNotAreTold() {
        #expect(
            refusal(tiff(Self.levels.map { Double($0) * 100 }, bits: 32, format: 2))
                == "has 32-bit samples from 0 to 25200, and does not say which range is black to white")
        #expect(
            refusal(tiff(Self.levels.map { Double($0) * 16 }, bits: 16, format: 1))
                == "has 16-bit samples from 0 to 4032, and does not say which range is black to white")
    }

    @Test func twelveBitsInSixteenAreScaledWhereTheFileDeclaresThem() throws {
        let values = Self.levels.map { Double($0) * 16 }
        try expectLevels(tiff(values, bits: 16, format: 1, fields: [PictureBytes.Field(281, 3, [4095])]))
        // The greatest value may be that of this one picture: what counts is how many bits it needs.
        try expectLevels(tiff(values, bits: 16, format: 1, fields: [PictureBytes.Field(341, 3, [4032])]))
    }

    @Test func sixteenBitsOfPNGThatAreNearlyBlackAreTold() throws {
        let dark = PictureBytes.png(
            width: 2, height: 1, depth: 16, colours: 0, before: PictureBytes.chunk("sBIT", [12]),
            rows: [[0x0f, 0xff, 0, 1]])
        #expect(refusal(dark).hasPrefix("has 16-bit samples from 0 to 4095, and does not say"))
        let bright = PictureBytes.png(
            width: 2, height: 1, depth: 16, colours: 0, before: PictureBytes.chunk("sBIT", [12]),
            rows: [[0xff, 0xf0, 0, 1]])
        #expect(try red(bright) == [255, 0])
        // Black alone is a picture, though a blank one.
        let black = PictureBytes.png(width: 1, height: 1, depth: 16, colours: 0, rows: [[0, 0]])
        #expect(try red(black) == [0])
        // Transparency is no brightness.
        let clear = PictureBytes.png(
            width: 2, height: 1, depth: 16, colours: 4, rows: [[0, 9, 0xff, 0xff, 0, 9, 0xff, 0xff]])
        #expect(refusal(clear).hasPrefix("has 16-bit samples from 0 to 9"))
    }

    @Test func aFourthBandIsTransparencyOnlyWhereTheFileSaysSo() throws {
        let pixels: [UInt8] = [200, 100, 50, 0, 10, 20, 30, 255]
        for (extra, expected) in [
            ([], [200, 100, 50, 10, 20, 30]), ([0], [200, 100, 50, 10, 20, 30]),
            ([2], [255, 255, 255, 10, 20, 30]),
        ] as [([Double], [UInt8])] {
            let bytes = PictureBytes.tiff(
                width: 2, height: 1, bands: 4, photometric: 2,
                fields: extra.isEmpty ? [] : [PictureBytes.Field(338, 3, extra)], pixels: pixels)
            #expect(try ImageDecoder().decode(bytes, name: "it.tif").image.samples == expected, "\(extra)")
        }
    }

    @Test func aSecondBandIsTransparencyOnlyWhereTheFileSaysSo() throws {
        for (extra, expected) in [(0, [200, 10]), (2, [255, 10])] as [(Double, [Int])] {
            let bytes = PictureBytes.tiff(
                width: 2, height: 1, bands: 2, fields: [PictureBytes.Field(338, 3, [extra])],
                pixels: [200, 0, 10, 255])
            #expect(try red(bytes) == expected)
        }
    }

    @Test func manyBandsAreTold() {
        let bytes = PictureBytes.tiff(
            width: 1, height: 1, bands: 13,
            fields: [PictureBytes.Field(338, 3, Array(repeating: 0, count: 12))],
            pixels: [UInt8](repeating: 9, count: 13))
        #expect(refusal(bytes) == "has 13 bands")
    }

    @Test(arguments: [(64, 3, "has 64-bit floating-point samples"), (12, 1, "has 12-bit samples")])
    func samplesThatAreNotReadAreTold(bits: Int, format: Int, words: String) {
        let bytes = PictureBytes.tiff(
            width: 1, height: 1, bits: bits, format: format, pixels: [UInt8](repeating: 9, count: 8))
        #expect(refusal(bytes) == words)
        #expect(
            refusal(PictureBytes.tiff(width: 1, height: 1, bits: 32, format: 6, pixels: [0, 0, 0, 0]))
                == "has complex numbers as samples")
    }

    @Test func aCamerasRAWIsNeverItsPreview() {
        let preview = PictureBytes.tiff(
            width: 1, height: 1, fields: [PictureBytes.Field(254, 4, [1]), PictureBytes.Field(330, 4, [8])],
            pixels: [9])
        #expect(refusal(preview) == "is a camera's RAW file")
        let digital = PictureBytes.tiff(
            width: 1, height: 1, fields: [PictureBytes.Field(50706, 1, [1, 4, 0, 0])], pixels: [9])
        #expect(refusal(digital) == "is a camera's RAW file")
        let mosaic = PictureBytes.tiff(width: 1, height: 1, photometric: 32_803, pixels: [9])
        #expect(refusal(mosaic) == "is a camera's RAW file")
        // By name, where nothing in it tells.
        let plain = PictureBytes.tiff(width: 1, height: 1, pixels: [9])
        for name in ["DSC_1.NEF", "a/b.arw", "x.dng"] {
            let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(plain, name: name) }
            #expect(error?.problem.found == "is a camera's RAW file")
        }
        #expect(throws: Never.self) { try ImageDecoder().decode(plain, name: "x.tif") }
        for start in ["FUJIFILMCCD-RAW 0201", "IIRO....", "II\u{2a}\0\u{10}\0\0\0CR\u{2}\0"] {
            #expect(refusal(Array(start.utf8)) == "is a camera's RAW file")
        }
    }

    @Test func transparencyOfBMPCountsWhereItIsUsed() throws {
        let masks = [0xff0000, 0xff00, 0xff, 0xff00_0000]
        let pixels: [UInt8] = [50, 100, 200, 0, 30, 20, 10, 255]
        let used = PictureBytes.bmp(
            width: 2, height: 1, bits: 32, compression: 3, masks: masks, pixels: pixels)
        #expect(try ImageDecoder().decode(used, name: "it").image.samples == [255, 255, 255, 10, 20, 30])
        let unused = PictureBytes.bmp(
            width: 2, height: 1, bits: 32, compression: 3, masks: masks,
            pixels: [50, 100, 200, 0, 30, 20, 10, 0])
        #expect(try ImageDecoder().decode(unused, name: "it").image.samples == [200, 100, 50, 10, 20, 30])
    }

    @Test func runLengthsOfBMPAreUnpacked() throws {
        let palette: [UInt8] = [0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0]
        // Three times red, the row's end; then black, blue, and the picture's end.
        let bytes = PictureBytes.bmp(
            width: 3, height: 2, bits: 8, compression: 1, palette: palette,
            pixels: [3, 1, 0, 0, 0, 3, 0, 2, 1, 0, 0, 1])
        let samples = try ImageDecoder().decode(bytes, name: "it").image.samples
        #expect(samples == [0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0])
    }

    static let cases = Shared.data + "../cases/tiff/"

    @Test(.enabled(if: (try? FileContents.read(cases + "int32.tif")) != nil, "../shared/cases is not here"))
    func sharedCasesAreReadOrTold() throws {
        let photo = try ImageDecoder().decode(Self.cases + "float_0_to_1.tif").image
        #expect(photo.contrast == .usual && photo.samples.contains { $0 > 200 })
        let infrared = try ImageDecoder().decode(Self.cases + "rgb_and_near_infrared.tif").image.samples
        let means = (0..<3).map { band in
            stride(from: band, to: infrared.count, by: 3).reduce(0) { $0 + Int(infrared[$1]) } * 3
                / infrared.count
        }
        #expect(zip(means, [128, 115, 111]).allSatisfy { abs($0 - $1) <= 1 }, "\(means)")
        for (file, words) in [("int32", "has 32-bit samples from"), ("thirteen_bands", "has 13 bands")] {
            let error = #expect(throws: ImageError.self) {
                try ImageDecoder().decode(Self.cases + file + ".tif")
            }
            #expect(error?.code == .unsupported && error?.problem.found.hasPrefix(words) == true)
        }
    }
}
