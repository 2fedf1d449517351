import GraftFiles
import GraftImages
import GraftTensors
import Testing

@Suite struct ImageDecoderTests {
    @Test func fixturesAreHere() {
        #expect(Fixtures.decodes.count == 49)
        #expect(Fixtures.resizes.count == 18)
    }

    @Test(arguments: Fixtures.decodes)
    func everyFormatDecodesAsWithPillow(fixture: Fixtures.Decode) throws {
        let decoded = try ImageDecoder().decode(Fixtures.path(fixture.file))
        #expect([decoded.image.width, decoded.image.height] == [fixture.width, fixture.height])
        let expected = try Fixtures.bytes(fixture.expected)
        #expect(largestDifference(decoded.image.samples, expected) <= fixture.tolerance)
        let fileExtension = try #require(fixture.file.split(separator: ".").last)
        #expect(decoded.format.fileExtensions.contains(String(fileExtension)))
    }

    @Test func formatIsThatOfTheContent() throws {
        #expect(try ImageDecoder().decode(Fixtures.bytes("rgb.png"), name: "photo.jpg").format == .png)
    }

    static let badFiles: [(String, ImageError.Code, String?)] = [
        ("empty.jpg", .empty, "PICTURE is empty. Replace or remove it."),
        (
            "text.jpg", .notAPicture,
            "PICTURE is not a picture but text; expected a JPEG, PNG, WebP, GIF, TIFF, BMP, PNM, HEIC, AVIF, "
                + "JPEG XL or JPEG 2000 picture. Replace or remove it."
        ),
        (
            "short.jpg", .cutShort,
            "PICTURE is cut short: its end is missing from the JPEG data. Copy or download it again."
        ),
        ("header.jpg", .cutShort, nil),
        (
            "flipped.jpg", .damaged,
            "PICTURE is damaged: its JPEG data cannot be decoded. Copy or download it again."
        ),
        ("short.png", .cutShort, nil),
        ("flipped.png", .damaged, nil),
        ("short.gif", .cutShort, nil),
        ("short.webp", .cutShort, nil),
        ("short.tif", .cutShort, nil),
        ("short.avif", .cutShort, nil),
        ("short.bmp", .cutShort, nil),
        ("short.ppm", .cutShort, nil),
        ("short.jp2", .cutShort, nil),
        ("short.jxl", .damaged, nil),
        (
            "bomb.png", .tooLarge,
            "PICTURE claims to have 60000 x 60000 pixels; expected at most 200 million. Scale it down, or remove it, "
                + "or allow more with `maxPixels`."
        ),
    ]

    @Test(arguments: badFiles)
    func badFilesAreNamedErrors(file: String, code: ImageError.Code, sentence: String?) throws {
        let bytes = try Fixtures.bytes("bad-" + file)
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(bytes, name: "PICTURE") }
        #expect(error?.code == code)
        if let sentence { #expect(error?.description == sentence) }
    }

    @Test func missingFileIsAnError() {
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode("/nowhere/cat.jpg") }
        #expect(error?.description == "/nowhere/cat.jpg does not exist. Check the path.")
    }

    @Test func everyPrefixOfAPictureIsAnErrorAndNoCrash() throws {
        for name in [
            "baseline.jpg", "progressive.jpg", "rgba.png", "transparent.gif", "alpha.webp", "still.avif",
            "lossless.jp2", "lossless.jxl", "rgb.bmp", "rgb.ppm",
        ] {
            let bytes = try Fixtures.bytes(name)
            for count in stride(from: 0, to: bytes.count - 20, by: 41) {
                #expect(throws: ImageError.self, "\(count) bytes of \(name)") {
                    try ImageDecoder().decode(Array(bytes[..<count]), name: name)
                }
            }
        }
    }

    @Test func changedBytesNeverCrash() throws {
        var (read, refused) = (0, 0)
        for fixture in Fixtures.decodes {
            let whole = try Fixtures.bytes(fixture.file)
            var generator = CounterGenerator(seed: 1, purpose: fixture.file)
            // Many bytes at once, and single ones.
            var files = [whole.indices.map { $0 >= 12 && $0 % 29 == 12 ? whole[$0] ^ 0xa5 : whole[$0] }]
            for _ in 0..<12 {
                var bytes = whole
                bytes[generator.next(below: bytes.count)] ^= UInt8(1 + generator.next(below: 255))
                files.append(bytes)
            }
            for bytes in files {
                do throws(ImageError) {
                    let image = try ImageDecoder().decode(bytes, name: fixture.file).image
                    #expect(image.width * image.height <= DecodingLimits.usualPixelCount)
                    read += 1
                } catch {
                    #expect(error.description.hasPrefix("\(fixture.file) "), "\(error)")
                    #expect(!error.problem.found.isEmpty && !error.description.contains("\n"), "\(error)")
                    refused += 1
                }
            }
        }
        // Formats with checksums notice every change; in the others most bytes are colours.
        #expect(read > Fixtures.decodes.count && refused > Fixtures.decodes.count, "\(read), \(refused)")
    }

    @Test func manyThreadsGetTheirOwnErrors() async throws {
        let names = [
            "bad-short.jpg", "bad-flipped.jpg", "baseline.jpg", "stray.jpg", "bad-flipped.png", "rgb.png",
        ]
        let files = try names.map { try Fixtures.bytes($0) }
        let outcomes = await withTaskGroup(of: (Int, ImageError.Code?).self) { group in
            for turn in 0..<240 {
                let index = turn % files.count
                group.addTask {
                    do throws(ImageError) {
                        _ = try ImageDecoder().decode(files[index], name: "it")
                        return (index, nil)
                    } catch {
                        return (index, error.code)
                    }
                }
            }
            return await group.reduce(into: [Set<ImageError.Code?>](repeating: [], count: files.count)) {
                $0[$1.0].insert($1.1)
            }
        }
        #expect(outcomes == [[.cutShort], [.damaged], [nil], [nil], [.damaged], [nil]])
    }

    static let sharedCorruptFiles: [(String, ImageError.Code?)] = [
        ("derived_bitflips.jpg", .damaged), ("derived_empty.jpg", .empty),
        ("derived_text.jpg", .notAPicture), ("derived_truncated.png", .cutShort),
        ("derived_truncated_half.jpg", .cutShort), ("derived_truncated_header_only.jpg", .cutShort),
        ("derived_truncated_last_bytes.jpg", .cutShort), ("derived_truncated_progressive.jpg", .cutShort),
        ("derived_jpeg_named.png", nil), ("derived_png_named.jpg", nil), ("natural_imageNotFound.gif", nil),
    ]

    @Test(.enabled(if: Shared.isPresent, "../shared is not here"), arguments: sharedCorruptFiles)
    func sharedCorruptFilesAreTold(file: String, code: ImageError.Code?) throws {
        var found: ImageError.Code?
        do throws(ImageError) {
            _ = try ImageDecoder().decode(Shared.data + "corrupt/" + file)
        } catch {
            found = error.code
        }
        #expect(found == code)
    }

    @Test(.enabled(if: Shared.isPresent, "../shared is not here"), arguments: Fixtures.photos)
    func realPhotosEqualPillow(photo: Fixtures.Photo) throws {
        let image = try ImageDecoder().decode(Shared.data + photo.file).image
        #expect([image.width, image.height] == [photo.width, photo.height])
        #expect(SHA256Digest(of: image.samples).hexadecimal == photo.digest)
        let resampler = Resampler()
        for resize in photo.resizes {
            let result = resampler.resize(
                image, box: PixelBox(resize.box), width: resize.width, height: resize.height,
                interpolation: resize.filter)
            for (index, expected) in resize.samples.enumerated() {
                #expect(abs(Int(result.samples[2999 * index]) - expected) <= 1)
            }
            #expect(
                abs(result.samples.reduce(0) { $0 + Int($1) } - resize.sum) <= result.samples.count / 1000)
            #expect(SHA256Digest(of: result.samples).hexadecimal == resize.digest)
        }
    }
}
