import GraftFiles
import GraftImages
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What reading one picture may take is known before it is taken.
@Suite struct DecodingLimitsTests {
    private func error(_ bytes: [UInt8], limits: DecodingLimits = DecodingLimits()) -> ImageError? {
        do throws(ImageError) {
            _ = try ImageDecoder(limits: limits).decode(bytes, name: "it")
            return nil
        } catch {
            return error
        }
    }

    /// Heads that claim much, with little behind them.
    static let bombs: [(String, [UInt8])] = [
        ("png", PictureBytes.pngHead(width: 60_000, height: 60_000)),
        ("png of few pixels", PictureBytes.pngHead(width: 2_000_000_000, height: 2_000_000_000)),
        (
            "interlaced png",
            PictureBytes.pngHead(width: 14_000, height: 14_000, depth: 16, colours: 6, interlacing: 1)
        ),
        (
            "gif",
            Array("GIF89a".utf8) + [0xff, 0xff, 0xff, 0xff, 0, 0, 0]
                + [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0, 0x3b]
        ),
        (
            "gif frame",
            Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0]
                + [0x2c, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 2, 1, 0, 0, 0x3b]
        ),
        (
            "webp",
            Array("RIFF".utf8) + [100, 0, 0, 0] + Array("WEBPVP8L".utf8)
                + [88, 0, 0, 0, 0x2f, 0xff, 0xff, 0xff, 0x0f, 0] + tail
        ),
        (
            "webp canvas",
            Array("RIFF".utf8) + [100, 0, 0, 0] + Array("WEBPVP8X".utf8)
                + [10, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] + tail
        ),
        // Decoders hold hundreds of rows, which are long here.
        ("wide png", PictureBytes.pngHead(width: 1_000_000, height: 190, colours: 2)),
        ("tiff", PictureBytes.tiff(width: 60_000, height: 60_000, pixels: [0])),
        ("tiff row", PictureBytes.tiff(width: 6_815_784, height: 33, bands: 3, photometric: 8, pixels: tail)),
        (
            "tiff tile",
            PictureBytes.tiff(
                width: 16, height: 16,
                fields: [
                    PictureBytes.Field(322, 4, [65_536]), PictureBytes.Field(323, 4, [65_536]),
                    PictureBytes.Field(324, 4, [8]), PictureBytes.Field(325, 4, [1]),
                ], pixels: [0])
        ),
        (
            "tiff of floats",
            PictureBytes.tiff(
                width: 13_000, height: 13_000, bands: 4, bits: 32, format: 3, photometric: 2, pixels: [0])
        ),
        ("bmp", PictureBytes.bmp(width: 60_000, height: 60_000, bits: 24, pixels: [0])),
        ("ppm", Array("P6 60000 60000 255\n".utf8)),
        ("pam", Array("P7\nWIDTH 60000\nHEIGHT 60000\nDEPTH 3\nMAXVAL 255\nENDHDR\n".utf8)),
        ("jp2", Self.codestream(width: 60_000, height: 60_000)),
        ("jp2 tile", Self.codestream(width: 12_000, height: 12_000)),
        ("progressive jpeg", Self.jpeg(width: 14_000, height: 14_000, scans: 1)),
        ("jpeg of many scans", Self.jpeg(width: 4_000, height: 4_000, scans: 1_000)),
    ]

    private static let tail = [UInt8](repeating: 0, count: 80)

    private static func codestream(width: Int, height: Int, tile: Int? = nil) -> [UInt8] {
        let size = [width, height, 0, 0, tile ?? width, tile ?? height, 0, 0].flatMap {
            PictureBytes.reversed($0, 4)
        }
        return [0xff, 0x4f, 0xff, 0x51, 0, 47, 0, 0] + size + [0, 3] + [7, 1, 1, 7, 1, 1, 7, 1, 1] + tail
    }

    /// A progressive JPEG whose scans hold nothing.
    private static func jpeg(width: Int, height: Int, scans: Int) -> [UInt8] {
        let size = PictureBytes.reversed(height, 2) + PictureBytes.reversed(width, 2)
        let frame: [UInt8] = [0xff, 0xc2, 0, 17, 8] + size + [3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]
        let scan: [UInt8] = [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0]
        return [0xff, 0xd8] + frame + (0..<scans).flatMap { _ in scan } + [0xff, 0xd9]
    }

    @Test(arguments: bombs) func whatClaimsTooMuchIsRefusedByItsHead(name: String, bytes: [UInt8]) {
        let found = error(bytes)
        #expect(found?.code == .tooLarge, "\(name): \(found?.description ?? "is used")")
    }

    @Test func aPictureOfManyTilesIsRefused() {
        let bytes = Self.codestream(width: 1_048_600, height: 18, tile: 24)
        #expect(error(bytes)?.problem.found == "is divided into 43692 tiles")
    }

    @Test func theLimitIsASetting() throws {
        let bytes = try Fixtures.bytes("rgb.png")
        #expect(error(bytes, limits: DecodingLimits(pixelCount: 24 * 18)) == nil)
        let found = error(bytes, limits: DecodingLimits(pixelCount: 24 * 18 - 1))
        #expect(
            found?.description
                == "it claims to have 24 x 18 pixels; expected at most 431. Scale it down, or remove it, or "
                + "allow more with `maxPixels`.")
        // Larger pictures are nothing but larger.
        #expect(
            error(PictureBytes.pngHead(width: 60_000, height: 60_000), limits: DecodingLimits())?.code
                == .tooLarge)
        let wide = DecodingLimits(pixelCount: .max)
        #expect(wide.memory > 1 << 60)
    }

    @Test func moreThanTheMachineHasIsNotTaken() {
        #expect(MachineMemory.has(1 << 20))
        #expect(!MachineMemory.has(1 << 60))
        #expect(!MachineMemory.has(.max))
        if let available = MachineMemory.available { #expect(!MachineMemory.has(available + 1 << 32)) }
        // 4 million by 2 million pixels: 24 TB.
        let huge = PictureBytes.tiff(width: 4_000_000, height: 2_000_000, pixels: [0])
        let found = error(huge, limits: DecodingLimits(pixelCount: 1 << 50))
        #expect(found?.problem.found.hasSuffix("of memory to decode, more than the machine has left") == true)
    }

    @Test func aFileWithoutEndIsNotReadWhole() throws {
        let path = "/tmp/graft-sparse-\(getpid()).jpg"
        defer { unsafe unlink(path) }
        for (start, code) in [([0xff, 0xd8, 0xff, 0xe0], .tooLarge), ([0, 0, 0, 0], .notAPicture)]
            as [([UInt8], ImageError.Code)]
        {
            let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            try #require(unsafe write(descriptor, start, start.count) == start.count)
            // A file system that cannot hold so much has no such files.
            guard ftruncate(descriptor, 1 << 40) == 0 else { return }
            let found = #expect(throws: ImageError.self) { try ImageDecoder().decode(path) }
            #expect(found?.code == code)
            if code == .tooLarge {
                #expect(found?.description.hasPrefix("\(path) has 1099 GB; expected at most 700 MB.") == true)
            }
        }
    }

    static let hostile = Shared.data + "../cases/hostile/"

    @Test(
        .enabled(if: (try? FileContents.read(hostile + "strips.tif")) != nil, "../shared/cases is not here"),
        arguments: ["strips.tif", "mutated_lab.tif"])
    func sharedBombsAreRefused(file: String) {
        let found = #expect(throws: ImageError.self) { try ImageDecoder().decode(Self.hostile + file) }
        #expect(found?.code == .tooLarge)
    }
}
