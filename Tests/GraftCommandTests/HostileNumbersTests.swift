import Foundation
import GraftFiles
import Testing

/// Numbers that no training can use, from options and data.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights)) struct HostileNumbersTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
    }

    @Test func trainingThatDivergesSaysSo() throws {
        let names =
            try graft.names(in: "photos/blue").map { "photos/blue/\($0)" }
            + graft.names(in: "photos/red").map { "photos/red/\($0)" }
        let rows = names.enumerated().map { "\($1),\($0 + 1).5" }
        try Data((["path,x"] + rows).joined(separator: "\n").utf8).write(
            to: URL(filePath: graft.folder + "/list.csv"))
        for arguments in [[], ["--json"]] {
            let outcome = graft.finish(
                try graft.start(
                    ["train", "list.csv", "--recipe", "features", "--learning-rate", "1e30", "-o", "m.graft"]
                        + arguments))
            #expect(outcome.code == 1, "\(outcome.code) \(outcome.output) \(outcome.errors)")
            #expect(outcome.errors.contains("makes training diverge"), "\(outcome.errors)")
            #expect(try graft.names() == ["list.csv", "photos"])
        }
    }

    @Test(arguments: [
        ["--epochs", "9223372036854775807"],
        ["--unfreeze", "0.3", "--unfrozen-epochs", "9223372036854775807"],
        ["--batch-size", "9223372036854775807"], ["--variants", "9223372036854775807", "--augment", "light"],
        ["--threads", "9223372036854775807"], ["--input-size", "9223372036854775807"],
        ["--unfreeze", "blocks:9223372036854775807"], ["--unfreeze", "freeze-first:9223372036854775807"],
        ["--validation-split", "1e300"],
    ])
    func numbersBeyondAllBoundsAreWrongUsage(options: [String]) throws {
        for command in ["train", "plan"] {
            let outcome = graft.finish(try graft.start([command, "photos"] + options))
            #expect([1, 64].contains(outcome.code), "\(outcome.code) \(outcome.errors)")
            #expect(outcome.errors.contains("9223372036854775807") || outcome.errors.contains("1e+300"))
            #expect(!outcome.errors.contains("Fatal"))
        }
    }

    @Test func recipeOfMoreMemoryThanAnyMachineHasIsRefused() throws {
        let units = Array(repeating: "1000000", count: 40).joined(separator: ", ")
        let text = """
            name: huge
            head: {flatten: [\(units)], dropout: 0.5}
            stages:
              - name: head
                train: head
            """
        try Data(text.utf8).write(to: URL(filePath: graft.folder + "/r.yaml"))
        for command in ["train", "plan", "find-rate"] {
            let outcome = try graft.run(command, "photos", "--recipe", "r.yaml")
            #expect(outcome.code == 1, "\(outcome.code) \(outcome.errors)")
            #expect(outcome.errors.contains(" of memory; expected at most "), "\(outcome.errors)")
        }
    }

    @Test func inputThatNeedsMoreMemoryThanTheShellGrantsIsRefused() throws {
        let picture = try "photos/blue/" + #require(graft.names(in: "photos/blue").first)
        for command in [
            "predict --pretrained efficientnet_lite0 \(picture) --input-size 8192",
            "train photos --recipe features --input-size 8192", "plan photos --input-size 8192",
            "models efficientnet_lite0 --measure --precision f32 --input-size 8192",
        ] {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "ulimit -v 3000000 && exec \(GraftProcess.binary) \(command)"]
            process.currentDirectoryURL = URL(filePath: graft.folder)
            process.environment = ProcessInfo.processInfo.environment.merging([
                "GRAFT_HOME": graft.folder + "/home", "GRAFT_OFFLINE": "1",
            ]) { $1 }
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let words = String(
                decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 1, "\(command): \(words)")
            #expect(words.contains(" of memory; expected at most "), "\(command): \(words)")
        }
    }
}
