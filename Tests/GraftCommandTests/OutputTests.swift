import Foundation
import Testing

/// What programs and narrow terminals are given to read.
@Suite struct OutputTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func trainingThatDivergesTellsItsEventsAndSavesNoModel() throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
        let outcome = try graft.run(
            "train", "photos", "--recipe", "features", "--learning-rate", "3e38", "--epochs", "4", "--json")
        #expect(outcome.code == 1)
        #expect(
            outcome.errors.contains("makes training diverge: the validation loss is not a finite number."))
        #expect(try graft.names() == ["photos"])
        let events = try outcome.objects()
        let losses = events.filter { $0["event"] as? String == "epoch" }.map { $0["loss"] }
        #expect(losses.contains { $0 as? String == "nan" }, "no epoch diverged: \(losses)")
        #expect(events.last?["event"] as? String == "error")
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func noLineOfATrainingIsLongerThan80Columns() throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
        try Data().write(
            to: URL(filePath: graft.folder + "/photos/red/an empty file with quite a long name, here.png"))
        // Enough epochs for the longest picture of how validation went.
        let outcome = try graft.run(
            "train", "photos", "--recipe", "features", "--epochs", "30", "--batch-size", "4")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("head      epoch "))
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test func noLineOfHelpIsLongerThan80ColumnsButUsage() throws {
        for command in [
            "", "train", "find-rate", "evaluate", "predict", "doctor", "models", "weights", "cache", "verify",
        ] {
            let outcome = graft.finish(
                try graft.start(command.isEmpty ? ["--help"] : [command, "--help"]))
            #expect(outcome.code == 0)
            // The argument parser keeps the summary of options on one line.
            for line in outcome.output.split(separator: "\n") where !line.hasPrefix("USAGE: ") {
                #expect(line.count <= 80, "\(command): \(line)")
            }
        }
    }
}
