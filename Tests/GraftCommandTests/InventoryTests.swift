import Foundation
import Testing

/// How the commands tell what of the data is used, left out and passed over.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
struct InventoryCommandTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
    }

    private func write(_ name: String, _ content: Data = Data("text".utf8)) throws {
        let place = URL(filePath: "\(graft.folder)/\(name)")
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try content.write(to: place)
    }

    /// A note, a RAW file and a link to nothing in the data, and what rules pass over.
    private func addOthers() throws {
        for name in ["red/notes.txt", "red/IMG_1.NEF", ".DS_Store", "blue/@eaDir/0.png/thumb.png"] {
            try write("photos/\(name)")
        }
        try FileManager.default.createSymbolicLink(
            atPath: graft.folder + "/photos/blue/gone.png", withDestinationPath: "nowhere.png")
    }

    private static let summary =
        "3 left out: blue/gone.png is a link that leads nowhere; red/IMG_1.NEF is a camera's RAW file (NEF), which is "
        + "not read; red/notes.txt is not a picture"

    /// The text with the breaks of lines and the column of labels taken out.
    private func joined(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func trainSaysItFirstAndStrictStops() throws {
        try addOthers()
        let outcome = try graft.run("train", "photos", "--recipe", "features", "--epochs", "2")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let start = joined(outcome.output).components(separatedBy: " trunk ")[0]
        #expect(start.contains(Self.summary), "\(start)")
        #expect(
            start.contains("passed over: 1 hidden file or folder, .DS_Store; 1 file or folder of a system"))
        #expect(joined(outcome.output).components(separatedBy: "notes.txt").count == 2, "it is told once")
        let strict = try graft.run("train", "photos", "--recipe", "features", "--strict", "-o", "s.graft")
        #expect(strict.code == 1)
        #expect(strict.errors.contains("photos has 3 files that cannot be used: blue/gone.png is a link"))
        #expect(!strict.output.contains("trunk"), "before any work")
        let events = try graft.run(
            "train", "photos", "--recipe", "features", "--epochs", "1", "--json"
        ).objects()
        let inventory = try #require(events.first?["inventory"] as? [String: Any])
        #expect((inventory["leftOut"] as? [[String: Any]])?.count == 3)
        #expect(
            (inventory["passedOver"] as? [[String: Any]])?.compactMap { $0["rule"] as? String } == [
                "hidden", "system",
            ])
    }

    @Test func everyOtherCommandSaysItToo() throws {
        try addOthers()
        let plan = try graft.run("plan", "photos", "--recipe", "features", "--measure-seconds", "0.01")
        #expect(plan.code == 0 && joined(plan.output).contains(Self.summary), "\(plan.output)")
        let doctor = try graft.run("doctor", "photos")
        for words in [
            "3 left out", "left out red/notes.txt is not a picture.", "passed over: 1 hidden file or folder",
        ] { #expect(joined(doctor.output).contains(words), "\(doctor.output)") }
        #expect(doctor.code == 0)
        #expect(try graft.run("doctor", "photos", "--strict").code == 1)
        #expect(try graft.run("train", "photos", "--recipe", "features", "--epochs", "1").code == 0)
        let evaluated = try graft.run("evaluate", "photos.graft", "photos", "--json")
        #expect((evaluated.objectOrEmpty["leftOut"] as? [String])?.count == 3)
        #expect((evaluated.objectOrEmpty["passedOver"] as? [Any])?.count == 2)
        let predicted = try graft.run("predict", "photos.graft", "photos")
        #expect(predicted.code == 0)
        #expect(predicted.errors.contains("photos: 3 left out: blue/gone.png"), "\(predicted.errors)")
        #expect(predicted.output.split(separator: "\n").count == 24)
        let lines = try graft.run("predict", "photos.graft", "photos", "--json").objects()
        #expect(lines.compactMap { $0["leftOut"] }.count == 3)
    }

    @Test func ownOutputInTheDataIsPassedOver() throws {
        let arguments = [
            "train", "photos", "--recipe", "features", "--epochs", "1", "-o", "photos/photos.graft",
        ]
        for _ in 0..<2 {
            let outcome = graft.finish(try graft.start(arguments))
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("24 pictures, 2 classes"))
        }
        let outcome = try graft.run("predict", "photos/photos.graft", "photos")
        #expect(outcome.output.split(separator: "\n").count == 24)
        #expect(outcome.errors.contains("passed over: 1 output of Graft, photos.graft/"))
    }

    @Test func listOnStandardInputMayHoldAnyName() throws {
        #expect(try graft.run("train", "photos", "--recipe", "features", "--epochs", "1").code == 0)
        let picture = Pictures.png(colour: (200, 30, 30), seed: 5)
        try write("-dash.png", picture)
        try write("two\nlines.png", picture)
        for (input, count) in [
            ("\u{feff}-dash.png\nphotos/red/0.png\r\n", 2), ("-dash.png\0two\nlines.png\0", 2),
        ] {
            let outcome = try graft.run("predict", "photos.graft", "-", "--json", input: input)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(try outcome.objects().count == count)
        }
        for arguments in [["-dash.png"], ["--", "-dash.png"], ["./-dash.png"]] {
            let outcome = graft.finish(try graft.start(["predict", "photos.graft"] + arguments))
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
    }

    @Test func doctorLooksAtAPlainList() throws {
        try write("list.txt", Data("photos/red/0.png\nphotos/red/gone.png\n".utf8))
        let outcome = try graft.run("doctor", "list.txt")
        #expect(outcome.output.contains("left out  photos/red/gone.png does not exist."), "\(outcome.output)")
        let training = try graft.run("train", "list.txt")
        #expect(training.code == 1)
        #expect(training.errors.contains("list.txt is a plain text, which says no classes"))
    }

    @Test func tooFewOpenFilesAreNoFaultOfPictures() throws {
        var hasStopped = false
        // A limit below 16 is refused at once, so the files are open already. How many the process itself opens before
        // any picture depends on the system.
        let held = (3...12).map { "\($0)</dev/null" }.joined(separator: " ")
        for limit in 16...64 where !hasStopped {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "bash", "-c",
                "exec \(held); ulimit -n \(limit); "
                    + "exec '\(GraftProcess.binary)' doctor photos --threads 16 2>&1",
            ]
            process.currentDirectoryURL = URL(filePath: graft.folder)
            let output = Pipe()
            (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(!text.contains("left out"), "\(text)")
            // Below that Swift itself cannot start its threads.
            hasStopped = text.contains("too many open files")
            if hasStopped { #expect(process.terminationStatus == 1, "\(text)") }
            if process.terminationStatus == 0 { #expect(text.contains("24 pictures"), "\(text)") }
        }
        #expect(hasStopped)
    }
}

extension GraftProcess.Outcome {
    /// The only line of JSON.
    fileprivate var objectOrEmpty: [String: Any] { (try? objects().first) ?? [:] }
}
