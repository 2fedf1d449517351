import Foundation
import Testing

/// What happens with data that is not as it should be.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
struct DataTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
    }

    /// Ten good pictures of each of two classes, and files that cannot be used or are not what their name
    /// says.
    private func makeDirtyData() throws {
        try Pictures.makeClasses(["blue", "red"], count: 10, in: graft.folder + "/photos")
        let good = Pictures.png(colour: (200, 30, 30), seed: 77)
        let bad: [(String, Data)] = [
            ("empty.png", Data()), ("short.png", good.prefix(good.count / 2)),
            ("text.jpg", Data("hello, I am text".utf8)),
            ("named.jpg", good),
        ]
        for (name, content) in bad {
            try content.write(to: URL(filePath: "\(graft.folder)/photos/red/\(name)"))
        }
    }

    @Test func badFilesAreLeftOutByNameAndTrainingGoesOn() throws {
        try makeDirtyData()
        let outcome = try graft.run("train", "photos", "--recipe", "features", "--epochs", "2")
        #expect(outcome.code == 0, "\(outcome.errors)")
        for sentence in [
            "red/empty.png is empty.", "red/short.png is cut short", "red/text.jpg is not a picture",
        ] { #expect(outcome.output.contains(sentence), "\(outcome.output)") }
        #expect(try graft.names() == ["photos", "photos.graft"])
    }

    @Test func strictStopsAtABadFileAndWritesNothing() throws {
        try makeDirtyData()
        let outcome = try graft.run("train", "photos", "--recipe", "features", "--strict")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("photos has 3 files that cannot be used: red/empty.png is empty."))
        #expect(try graft.names() == ["photos"])
    }

    @Test func doctorNamesEachFile() throws {
        try makeDirtyData()
        let outcome = try graft.run("doctor", "photos")
        #expect(outcome.code == 0)
        for name in ["red/empty.png", "red/short.png", "red/text.jpg", "red/named.jpg is a PNG picture"] {
            #expect(outcome.output.contains(name), "\(name)")
        }
        #expect(try graft.run("doctor", "photos", "--strict").code == 1)
    }

    @Test func doctorLooksAtPicturesThatAreNotSortedYet() throws {
        try makeDirtyData()
        let outcome = try graft.run("doctor", "photos/red", "--json")
        #expect(outcome.code == 1, "there is only one class")
        let report = try #require(outcome.objects().first)
        let findings = try #require(report["findings"] as? [[String: Any]])
        let kinds = Dictionary(grouping: findings) { $0["kind"] as? String ?? "" }.mapValues(\.count)
        #expect(kinds["empty"] == 1 && kinds["cutShort"] == 1 && kinds["notAPicture"] == 1)
        #expect(kinds["mistakenFormat"] == 1 && kinds["obstacle"] == 1)
    }

    static let corrupt = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/corrupt").standardizedFileURL.path

    @Test(.enabled(if: FileManager.default.fileExists(atPath: corrupt), "../shared is not here"))
    func doctorTellsTheSharedCorruptFiles() throws {
        let outcome = try graft.run("doctor", Self.corrupt)
        #expect(outcome.code == 1)
        for name in [
            "derived_bitflips.jpg", "derived_empty.jpg", "derived_jpeg_named.png", "derived_png_named.jpg",
            "derived_text.jpg", "derived_truncated.png", "derived_truncated_half.jpg",
            "derived_truncated_header_only.jpg", "derived_truncated_last_bytes.jpg",
            "derived_truncated_progressive.jpg",
        ] { #expect(outcome.output.contains(name), "\(name)") }
        #expect(!outcome.output.contains("natural_imageNotFound.gif"), "a picture like any other")
    }

    @Test func dataThatCannotDoIsToldBeforeAnythingIsWritten() throws {
        let files = FileManager.default
        for folder in ["empty", "flat", "alone/red"] {
            try files.createDirectory(atPath: "\(graft.folder)/\(folder)", withIntermediateDirectories: true)
        }
        let picture = Pictures.png(colour: (9, 9, 9), seed: 1)
        try picture.write(to: URL(filePath: "\(graft.folder)/flat/a.png"))
        try picture.write(to: URL(filePath: "\(graft.folder)/alone/red/a.png"))
        try Pictures.makeClasses(["blue", "red"], count: 3, in: graft.folder + "/small")
        try files.createDirectory(atPath: "\(graft.folder)/small/green", withIntermediateDirectories: true)
        try picture.write(to: URL(filePath: "\(graft.folder)/small/green/a.png"))
        try Pictures.makeClasses(["blue", "red"], count: 3, in: graft.folder + "/parts/train")
        try Pictures.makeClasses(["blue", "red"], count: 2, in: graft.folder + "/parts/val")
        for (arguments, sentence) in [
            (["missing"], "missing"),
            (["empty"], "empty"),
            (["flat"], "flat holds 1 picture but no folders of pictures"),
            (["alone"], "has only one class, red; expected at least two."),
            (["small"], "Class green has only 1 usable picture; expected at least 2 to train on."),
            (["flat/a.png"], "flat/a.png"),
            (
                ["parts", "--validation-split", "0.3"],
                "has no effect: parts has its own validation pictures."
            ),
        ] {
            let outcome = graft.finish(try graft.start(["train"] + arguments))
            #expect(outcome.code == 1, "\(arguments)")
            #expect(outcome.errors.hasPrefix("graft: "), "\(outcome.errors)")
            #expect(outcome.errors.contains(sentence), "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        #expect(try graft.names() == ["alone", "empty", "flat", "parts", "small"])
    }

    @Test func weightsThatAreMissingCutShortOrHostileAreRefused() throws {
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
        let path = graft.folder + "/home/weights/efficientnet-lite0-57934424.pth"
        try FileManager.default.removeItem(atPath: path)
        let missing = try graft.run("train", "photos", "--recipe", "features")
        #expect(missing.code == 1)
        #expect(
            missing.errors.contains("efficientnet_lite0 is not here, and Graft is told to stay offline"),
            "\(missing.errors)")
        let whole = try Data(contentsOf: URL(filePath: GraftProcess.weights))
        var flipped = whole
        flipped[1_000_000] ^= 1
        for (content, found) in [
            (whole.prefix(1_000_000), "has 1000000 bytes; expected 18826032 bytes"),
            (Data("cos\nsystem\n(S'echo hi'\ntR.".utf8), "has 26 bytes"), (Data(), "has 0 bytes"),
            (flipped, "has the SHA-256"),
        ] {
            try content.write(to: URL(filePath: path))
            let outcome = try graft.run("train", "photos", "--recipe", "features")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(found), "\(outcome.errors)")
            #expect(
                outcome.errors.contains("delete it. Run `graft weights pull efficientnet_lite0`"),
                "\(outcome.errors)")
        }
        #expect(try graft.names() == ["photos"])
    }

    @Test func outputThatIsNoModelIsNeverReplaced() throws {
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
        try Data("mine".utf8).write(to: URL(filePath: graft.folder + "/notes.txt"))
        for output in ["notes.txt", "photos", "missing/model.graft"] {
            let outcome = try graft.run("train", "photos", "--recipe", "features", "-o", output)
            #expect(outcome.code == 1, "\(output)")
            #expect(outcome.errors.contains(output.split(separator: "/")[0]), "\(outcome.errors)")
            #expect(!outcome.output.contains("features"), "before any work")
        }
        #expect(FileManager.default.contents(atPath: graft.folder + "/notes.txt") == Data("mine".utf8))
        #expect(try graft.names(in: "photos/red").count == 4)
    }
}
