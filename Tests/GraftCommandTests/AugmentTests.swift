import Foundation
import GraftImages
import Testing

@Suite struct AugmentTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try Pictures.makeClasses(["blue", "red", "green"], count: 4, in: graft.folder + "/photos")
    }

    @Test func sheetShowsPicturesOfEveryClassAndTheirVariants() throws {
        let outcome = try graft.run(
            "augment", "photos", "-o", "a.png", "--pictures", "3", "--variants", "2", "--augment", "flip",
            "--augment", "usual,rotation=90", "--input-size", "128", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let answer = try #require(outcome.objects().first)
        #expect(answer["path"] as? String == "a.png")
        let rows = try #require(answer["rows"] as? [[String: String]])
        #expect(
            rows.compactMap { $0["image"]?.split(separator: "/").first } == [
                "blue", "blue", "green", "green", "red", "red",
            ])
        #expect(
            rows.compactMap { $0["augmentation"] }.prefix(2) == [
                "flip", "flip,crop=0.35,rotation=90,brightness=0.2,contrast=0.2,saturation=0.2,hue=0.02",
            ])
        let sheet = try ImageDecoder().decode(graft.folder + "/a.png")
        #expect(sheet.format == .png)
        // Gaps of 6 pixels, and 12 more behind the first column.
        #expect(sheet.image.width == 3 * 128 + 4 * 6 + 12)
        #expect(sheet.image.height == 6 * 128 + 7 * 6)
    }

    @Test func sameSeedGivesTheSameSheetAndAnotherAnother() throws {
        func sheet(_ seed: String) throws -> [UInt8] {
            let outcome = try graft.run(
                "augment", "photos", "--pictures", "2", "--variants", "2", "--seed", seed)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.hasSuffix("saved     sheet.png\n"))
            return try ImageDecoder().decode(graft.folder + "/sheet.png").image.samples
        }
        let first = try sheet("1")
        #expect(try sheet("1") == first)
        #expect(try sheet("2") != first)
    }

    @Test func whatCannotBeDoneIsToldAndNothingIsWritten() throws {
        for (arguments, code, sentence) in [
            (
                ["photos", "-o", "a.gif"], 1,
                "a.gif cannot be written; expected a name that ends in .png, .jpg or .jpeg."
            ),
            (["photos", "-o", "none/a.png"], 1, "none/a.png"),
            (
                ["photos", "--augment", "blur"], 1,
                "The augmentation's part blur is not known; expected none, light,"
            ),
            (["photos", "--augment", "zoom=2"], 1, "The augmentation has zoom 2.0; it must be 0 to 0.9."),
            (["photos", "--base", "resnet5"], 1, "resnet5"),
            (["missing"], 1, "missing"),
            (
                ["photos", "--input-size", "9000", "--pictures", "12"], 1,
                "is too large. Show fewer pictures or variants."
            ),
            (["photos", "--pictures", "0"], 64, "--pictures is 0; it must be 1 to 100."),
            (["photos", "--variants", "1000"], 64, "--variants is 1000; it must be 1 to 100."),
        ] {
            let outcome = graft.finish(try graft.start(["augment"] + arguments))
            #expect(outcome.code == code, "\(arguments)")
            #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
        #expect(try graft.names() == ["photos"])
    }

    @Test func picturesThatCannotBeReadArePassedOver() throws {
        for name in ["red", "green"] {
            for number in 0..<4 {
                try Data("text".utf8).write(to: URL(filePath: "\(graft.folder)/photos/\(name)/\(number).png"))
            }
        }
        let outcome = try graft.run("augment", "photos", "--json")
        let rows = try #require(outcome.objects().first?["rows"] as? [[String: String]])
        #expect(rows.count == 4 && rows.allSatisfy { $0["image"]?.hasPrefix("blue/") == true })
        for number in 0..<4 {
            try Data("text".utf8).write(to: URL(filePath: "\(graft.folder)/photos/blue/\(number).png"))
        }
        let none = try graft.run("augment", "photos")
        #expect(none.code == 1)
        #expect(none.errors == "graft: photos has no picture that can be read. See graft doctor photos.\n")
    }
}
