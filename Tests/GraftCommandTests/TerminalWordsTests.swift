import Foundation
import GraftFiles
import Testing

@testable import GraftCommand

/// Remedies as a user of the command reads them.
@Suite struct TerminalWordsTests {
    private func sentence(_ remedy: Remedy) -> String {
        Problem("It", found: "fails", remedy: remedy).forTerminal
    }

    @Test func stepsAreWordedAsFlagsAndCommands() {
        for (remedy, words) in [
            ("Check the disk, or \(.turnOff(.usesCache))", "Check the disk, or use --no-cache"),
            ("\(.turnOff(.resumes)) to start again", "Leave out --resume to start again"),
            ("\(.turnOn(.resumes)) to go on", "Add --resume to go on"),
            ("\(.turnOff(.withoutTop)): it serves both", "Leave out --no-top: it serves both"),
            ("Look at one view: \(.leaveOut(.viewCount))", "Look at one view: leave out --tta"),
            ("Or train it with \(.value(.precision, "int8"))", "Or train it with --precision int8"),
            ("Give weights with \(.setting(.weightsFile))", "Give weights with --weights"),
            ("\(.again) to go on from there", "Run the same command again to go on from there"),
            (
                "\(.action(.listLayers(network: "vgg16"))) lists them",
                "`graft models vgg16 --no-top` lists them"
            ),
            (
                "Run \(.action(.importWeights(file: "a.h5", name: "vgg16.keras")))",
                "Run `graft weights import --as vgg16.keras a.h5`"
            ),
        ] as [(Remedy, String)] {
            #expect(sentence(remedy) == "It fails. \(words).")
        }
    }

    @Test func everyFlagIsOneThatTheCommandTakes() throws {
        let graft = try GraftProcess()
        let help = try ["train", "predict", "evaluate", "weights pull", "weights import"].map {
            graft.finish(try graft.start($0.split(separator: " ").map(String.init) + ["--help"])).output
        }.joined()
        for setting in Setting.allCases { #expect(help.contains(setting.flag.name), "\(setting)") }
    }

    @Test func argumentsKeepTheirBytes() throws {
        // Foundation's own Process takes texts only; a shell can name a file that is none.
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "exec '\(GraftProcess.binary)' doctor \"$(printf 'caf\\351')\" 2>&1"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.hasPrefix("graft: caf\\xe9 does not exist."), "\(text)")
    }

    @Test func errorsOfOthersStayAsTheyAre() {
        struct Other: Error, CustomStringConvertible { let description = "no luck" }
        #expect(Other().forTerminal == "no luck")
    }
}
