import GraftFiles
import GraftImages
import Testing

/// Where a picture's file ends: a picture is whole where every row came from its data.
@Suite struct FileEndTests {
    static let names = [
        "baseline.jpg", "progressive.jpg", "rgb.png", "animated.gif", "transparent.gif", "lossless.webp",
        "lossy.webp", "lzw.tif", "still.avif", "rgb.bmp", "palette.bmp", "rgb.ppm", "words.ppm", "float.pfm",
        "lossless.jp2", "lossless.j2k", "lossless.jxl",
    ]

    private func decode(_ bytes: [UInt8]) throws(ImageError) -> [UInt8] {
        try ImageDecoder().decode(bytes, name: "it").image.samples
    }

    private func code(_ bytes: [UInt8]) -> ImageError.Code? {
        do throws(ImageError) {
            _ = try decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: names) func bytesBehindTheEndChangeNothing(name: String) throws {
        let bytes = try Fixtures.bytes(name)
        let picture = try decode(bytes)
        let other = try Fixtures.bytes("rgb.png")
        for tail in [
            [0], [UInt8](repeating: 0, count: 5000), Array("written by some program ".utf8),
            [UInt8](repeating: 0xff, count: 300), bytes, other, Array("\0\0\0\u{18}junk".utf8),
        ] {
            #expect(try decode(bytes + tail) == picture, "\(name) and \(tail.count) bytes")
        }
    }

    @Test(arguments: names) func whatIsCutInItsPixelsIsNoPicture(name: String) throws {
        let bytes = try Fixtures.bytes(name)
        for share in [3, 5, 7] {
            let cut = Array(bytes[..<(bytes.count * share / 8)])
            // Only the first picture of an animation is read.
            if name == "animated.gif", share > 3 { continue }
            let found = try #require(code(cut), "\(share)/8 of \(name)")
            #expect([.cutShort, .damaged].contains(found), "\(found) of \(share)/8 of \(name)")
        }
    }

    @Test func endsThatOnlySayThatTheyAreTheEndMayBeMissing() throws {
        for (name, missing) in [
            ("transparent.gif", 1), ("rgb.png", 12), ("baseline.jpg", 2), ("progressive.jpg", 2),
        ] {
            let bytes = try Fixtures.bytes(name)
            #expect(try decode(bytes.dropLast(missing)) == decode(bytes), "\(name)")
        }
    }

    @Test func aHarmlessOddityHidesNoDamage() throws {
        let whole = try Fixtures.bytes("bad-flipped.jpg")
        let baseline = try Fixtures.bytes("baseline.jpg")
        for name in ["baseline.jpg", "progressive.jpg"] {
            let bytes = try Fixtures.bytes(name)
            // Behind the first segment, the head of JFIF: a stray byte.
            let end = 4 + (Int(bytes[4]) << 8 | Int(bytes[5]))
            let odd = Array(bytes[..<end]) + [0x41] + bytes[end...]
            #expect(try decode(odd) == decode(bytes), "\(name)")
            #expect(code(Array(odd.prefix(odd.count * 7 / 8))) == .cutShort, "\(name)")
            // The end is there, and something before it is not.
            #expect(code(Array(odd.prefix(odd.count * 7 / 8)) + [0xff, 0xd9]) == .damaged, "\(name)")
        }
        let end = 4 + (Int(whole[4]) << 8 | Int(whole[5]))
        #expect(code(Array(whole[..<end]) + [0x41] + whole[end...]) == .damaged)
        var revision = baseline
        revision[11] = 9
        #expect(try decode(revision) == decode(baseline))
    }

    @Test func picturesWithoutTheirLastScansAreCutShort() throws {
        let bytes = try Fixtures.bytes("progressive.jpg")
        let scans = (0..<bytes.count - 1).filter { bytes[$0] == 0xff && bytes[$0 + 1] == 0xda }
        #expect(scans.count > 3)
        for start in scans.dropFirst() { #expect(code(Array(bytes[..<start])) == .cutShort) }
    }

    @Test func damageOutsideOfThePixelsIsHarmless() throws {
        let row: [UInt8] = [1, 2, 3, 4, 5, 6]
        let plain = try decode(PictureBytes.png(width: 2, height: 1, rows: [row]))
        for type in ["zTXt", "iCCP", "tEXt", "abCd"] {
            var chunk = PictureBytes.chunk(type, Array("no such thing as compressed text".utf8))
            #expect(try decode(PictureBytes.png(width: 2, height: 1, before: chunk, rows: [row])) == plain)
            chunk[chunk.count - 1] ^= 0xff
            #expect(try decode(PictureBytes.png(width: 2, height: 1, before: chunk, rows: [row])) == plain)
        }
        // A page that goes on with itself.
        let endless = PictureBytes.tiff(width: 2, height: 1, pixels: [7, 8], nextPage: 10)
        #expect(try decode(endless) == [7, 7, 7, 8, 8, 8])
    }

    static let cases = Shared.data + "../cases/"

    @Test(
        .enabled(if: (try? FileContents.read(cases + "tails/ref.png")) != nil, "../shared/cases is not here"),
        arguments: ["gif_notrailer.gif", "png_tail_zeros.png", "ref.png", "tail_text_same.heic"])
    func sharedPicturesWithTailsAreUsed(file: String) throws {
        let image = try ImageDecoder().decode(Self.cases + "tails/" + file).image
        let reference = try ImageDecoder().decode(Self.cases + "tails/ref.png").image
        #expect(image.width == reference.width && image.height == reference.height)
    }

    @Test(
        .enabled(if: (try? FileContents.read(cases + "tails/ref.png")) != nil, "../shared/cases is not here"))
    func sharedJPEGIsToldFromItsCutCopy() throws {
        let hostile = Self.cases + "hostile/"
        #expect(throws: Never.self) { try ImageDecoder().decode(hostile + "jpeg_whole.jpg") }
        let error = #expect(throws: ImageError.self) {
            try ImageDecoder().decode(hostile + "jpeg_stray_byte_then_cut.jpg")
        }
        // It ends with a mark of the end, so that nothing tells that it was cut.
        #expect(error?.code == .damaged)
    }
}
