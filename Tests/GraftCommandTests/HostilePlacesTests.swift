import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Outputs that cannot be written, places that are written in odd ways, and names that would forge lines.
@Suite struct HostilePlacesTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    /// Runs a line of the shell, in which `graft` is the command.
    private func shell(_ line: String) throws -> GraftProcess.Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "graft() { '\(GraftProcess.binary)' \"$@\"; }; \(line)"]
        process.currentDirectoryURL = URL(filePath: graft.folder)
        process.environment = ProcessInfo.processInfo.environment.merging([
            "GRAFT_HOME": graft.folder + "/home"
        ]) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return GraftProcess.Outcome(
            code: process.terminationStatus, output: String(decoding: written, as: UTF8.self),
            errors: String(decoding: said, as: UTF8.self))
    }

    // MARK: Outputs that cannot be written

    private static let talkative = [
        "--help", "--version", "train --help", "recipes", "recipes auto", "models", "models --json",
        "models resnet50 --no-top", "weights list", "weights list --json", "cache list",
        "doctor photos", "doctor photos --json", "augment photos", "--generate-completion-script zsh",
    ]

    #if os(Linux)
        @Test(arguments: talkative) func fullOutputIsAFailure(command: String) throws {
            try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
            let outcome = try shell("graft \(command) > /dev/full")
            #expect(outcome.code == 1, "\(command): \(outcome.errors)")
            #expect(
                outcome.errors.contains("Standard output cannot be written: no space left"),
                "\(command): \(outcome.errors)")
        }
    #endif

    @Test(arguments: talkative) func closedOutputIsAFailureAndNoFileTakesItsPlace(command: String) throws {
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
        let outcome = try shell("graft \(command) >&-")
        #expect(outcome.code == 1, "\(command): \(outcome.errors)")
        #expect(outcome.errors.contains("Standard output is closed"), "\(command): \(outcome.errors)")
    }

    @Test func readerThatGoesAwayIsNoReasonToComplain() throws {
        let outcome = try shell("graft models --json | head -n 1 > first.txt")
        #expect(outcome.errors == "")
        #expect(try String(contentsOfFile: graft.folder + "/first.txt", encoding: .utf8).hasPrefix("{"))
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func modelIsSavedThoughItsWordsAreLost() throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
        let outcome = try shell("graft train photos --recipe features --epochs 1 >&-")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("Standard output is closed"), "\(outcome.errors)")
        #expect(try graft.run("verify", "photos.graft").code == 0)
        #expect(try graft.names() == ["photos", "photos.graft"])
        let answers = try shell("graft predict photos.graft photos/red >&-")
        #expect(answers.code == 1)
    }

    // MARK: Places

    @Test(
        .enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights),
        arguments: ["m.graft", "m.graft/", "m.graft//", "./m.graft/", "m.graft/.", "link.graft"])
    func modelIsReplacedHoweverItsPathIsWritten(path: String) throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
        func train(_ path: String) throws -> GraftProcess.Outcome {
            try graft.run("train", "photos", "--recipe", "features", "--epochs", "1", "-o", path)
        }
        #expect(try train("m.graft").code == 0)
        try FileManager.default.createSymbolicLink(
            atPath: graft.folder + "/link.graft", withDestinationPath: "m.graft")
        let outcome = try train(path)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try graft.names() == ["link.graft", "m.graft", "photos"])
        #expect(try train("m.graft").code == 0, "nothing was left in the model")
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func longNamesAreWrittenOrRefusedBeforeAnyWork() throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
        let usable = String(repeating: "m", count: 238) + ".graft"
        let trained = try graft.run(
            "train", "photos", "--recipe", "features", "--epochs", "1", "-o", usable)
        #expect(trained.code == 0, "\(trained.errors)")
        let long = String(repeating: "é", count: 122) + ".graft"
        let refused = try graft.run(
            "train", "photos", "--recipe", "features", "--epochs", "1", "-o", long)
        #expect(refused.code == 1)
        #expect(refused.errors.contains("its name is too long. Choose a shorter one."), "\(refused.errors)")
        #expect(!refused.output.contains("features"))
        let sheet = String(repeating: "s", count: 250) + ".png"
        #expect(try graft.run("augment", "photos", "-o", sheet).code == 0)
    }

    @Test func photoIsNotReplacedByASheet() throws {
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
        let photo = graft.folder + "/photos/red/0.png"
        let before = try Data(contentsOf: URL(filePath: photo))
        let outcome = try graft.run("augment", "photos", "-o", "photos/red/0.png")
        #expect(outcome.code == 1)
        #expect(
            outcome.errors.contains("photos/red/0.png is there already and was not drawn by Graft"),
            "\(outcome.errors)")
        #expect(try Data(contentsOf: URL(filePath: photo)) == before)
        for name in ["a.png", "a.jpg"] {
            #expect(try graft.run("augment", "photos", "-o", name).code == 0)
            let again = try graft.run("augment", "photos", "-o", name)
            #expect(again.code == 0, "a sheet takes the place of a sheet: \(again.errors)")
        }
    }

    @Test(
        .enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights),
        arguments: [
            ["train", "photos", "--weights", "pipe"], ["train", "photos", "--recipe", "pipe"],
            ["train", "pipe"], ["doctor", "pipe"], ["verify", "pipe"], ["predict", "pipe", "photos"],
            ["weights", "inspect", "pipe"], ["weights", "import", "pipe"],
            ["train", "photos", "-o", "pipe", "--recipe", "features"],
            ["train", "photos", "--resume", "-o", "held.graft"],
        ])
    func namedPipeIsNoFileAndIsNotWaitedFor(arguments: [String]) throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/photos")
        for name in ["pipe", "held.graft.checkpoint"] {
            #expect(unsafe mkfifo(graft.folder + "/" + name, 0o644) == 0)
        }
        let process = try graft.start(arguments)
        // Whoever waits for a writer would wait for ever.
        for _ in 0..<600 where process.isRunning { usleep(50_000) }
        let waits = process.isRunning
        if waits { process.terminate() }
        #expect(!waits)
        let outcome = graft.finish(process)
        #expect(outcome.code == 1, "\(outcome.output)\(outcome.errors)")
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights), arguments: [SIGINT, SIGTERM])
    func predictionsThatWaitForAListAreInterruptedAtOnce(signal: Int32) throws {
        try graft.linkWeights()
        let (process, input) = (Process(), Pipe())
        process.executableURL = URL(filePath: GraftProcess.binary)
        process.arguments = ["predict", "--pretrained", "efficientnet_lite0", "-"]
        process.environment = ["GRAFT_HOME": graft.folder + "/home"]
        process.standardInput = input
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        sleep(2)
        #expect(process.isRunning)
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(said == "graft: Interrupted.\n")
        withExtendedLifetime(input) {}
    }

    // MARK: Names

    @Test func namesCannotObeyTheTerminalOrForgeLines() throws {
        let names = ["red\u{1b}[2J", "blue\nsaved     fake.graft", "\u{9b}31mgreen", "a\u{202e}b"]
        try Pictures.makeClasses(names, count: 3, in: graft.folder + "/photos")
        try Data("none".utf8).write(
            to: URL(filePath: graft.folder + "/photos/\(names[0])/x\u{1b}]0;t\u{7}.png"))
        let outcome = try shell(
            "graft doctor photos; graft doctor photos --json; graft doctor 'a\u{1b}[2J'; graft '\u{1b}[2J'; "
                + "graft train photos --base '\u{1b}c'")
        let text = outcome.output + outcome.errors
        let isForged = text.unicodeScalars.contains {
            $0.value != 0x0A && ($0.properties.generalCategory == .control || $0.value == 0x202E)
        }
        #expect(!isForged, "\(text.debugDescription)")
        #expect(!text.contains("\nsaved"))
        #expect(text.contains("red\\x1b[2J"))
    }
}
