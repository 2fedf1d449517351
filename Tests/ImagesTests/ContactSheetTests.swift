import GraftFiles
import GraftImages
import GraftTensors
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct ContactSheetTests {
    let photo = PixelImage(
        width: 150, height: 120, samples: (0..<54_000).map { UInt8($0 % 3 * 40 + $0 / 450) })

    func sheet(_ order: Preprocessing.ColorOrder, size: Int, text: String) throws -> ContactSheet {
        let preprocessing = try Preprocessing(
            height: size, width: size, colorOrder: order, resizeRule: .squash, interpolation: .bilinear,
            mean: Array([100, 110, 120].prefix(order.channels)),
            scale: Array([0.01, 0.02, 0.03].prefix(order.channels)))
        var sheet = try ContactSheet(preprocessing: preprocessing, rows: 2, variants: 3)
        var generator = CounterGenerator(seed: 4)
        for _ in 0..<2 {
            sheet.add(photo, changedBy: try Augmentation(parsing: text), generator: &generator)
        }
        return sheet
    }

    @Test func rowsShowThePictureAndItsVariants() throws {
        let plain = Resampler().resize(photo, width: 120, height: 120, interpolation: .bilinear)
        for order in [Preprocessing.ColorOrder.rgb, .bgr] {
            let sheet = try sheet(order, size: 120, text: "flip,brightness=0.3")
            #expect(sheet.rows.map(\.count) == [4, 4])
            #expect(sheet.rows[0][0] == plain && sheet.rows[1][0] == plain)
            #expect(sheet.rows[0][1] != sheet.rows[1][1])
            // Gaps of 6 around 4 pictures of 120, one of them 12 wider.
            let image = sheet.image
            #expect([image.width, image.height] == [522, 258])
            #expect(image.cropped(left: 6, top: 6, width: 120, height: 120) == plain)
            #expect(image.cropped(left: 6, top: 132, width: 120, height: 120) == plain)
            #expect(image.cropped(left: 144, top: 6, width: 120, height: 120) == sheet.rows[0][1])
            #expect(image.samples.prefix(30).allSatisfy { $0 == 255 })
        }
    }

    @Test func smallAndGreyPicturesAreEnlargedAndGrey() throws {
        let picture = try sheet(.grey, size: 28, text: "none").rows[0][1]
        #expect([picture.width, picture.height] == [112, 112])
        for y in 0..<112 {
            for x in 0..<112 {
                let (place, first) = (3 * (112 * y + x), 3 * (112 * (y / 4 * 4) + x / 4 * 4))
                #expect(Set(picture.samples[place..<place + 3]) == [picture.samples[first]])
            }
        }
    }

    @Test func hugeSheetsAreRefused() throws {
        let preprocessing = try Preprocessing(
            height: 4096, width: 4096, resizeRule: .squash, interpolation: .bilinear, mean: [0, 0, 0],
            scale: [1, 1, 1])
        let error = #expect(throws: ImageError.self) {
            try ContactSheet(preprocessing: preprocessing, rows: 3, variants: 5)
        }
        #expect(
            error?.description
                == "A sheet of 3 x 6 pictures of 4096 x 4096 pixels is too large. Show fewer pictures or variants."
        )
    }

    @Test func erasedPartsShowTheMeanColour() throws {
        let picture = try sheet(.rgb, size: 120, text: "erasing=1").rows[0][1]
        let mean: [UInt8] = [100, 110, 120]
        let count = (0..<14_400).count { Array(picture.samples[3 * $0..<3 * $0 + 3]) == mean }
        #expect(count > 200)
    }

    @Test func filesAreReadBackAndNamesDecide() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/sheet-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ImageEncoder().write(photo, to: folder + "/a.png")
        let png = try ImageDecoder().decode(folder + "/a.png")
        #expect(png.format == .png && png.image == photo)
        try ImageEncoder().write(photo, to: folder + "/a.JPG")
        let jpeg = try ImageDecoder().decode(folder + "/a.JPG")
        #expect(jpeg.format == .jpeg && [jpeg.image.width, jpeg.image.height] == [150, 120])
        #expect(largestDifference(jpeg.image.samples, photo.samples) < 24)
        for (name, sentence) in [
            ("a.webp", "a.webp cannot be written; expected a name that ends in .png, .jpg or .jpeg."),
            ("png", "png cannot be written; expected a name that ends in .png, .jpg or .jpeg."),
            ("/nowhere/a.png", nil),
        ] {
            let error = #expect(throws: ImageError.self) { try ImageEncoder().write(photo, to: name) }
            #expect(error?.code == .unwritable)
            if let sentence { #expect(error?.description == sentence) }
        }
    }
}
