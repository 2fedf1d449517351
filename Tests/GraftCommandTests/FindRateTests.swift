import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `graft find-rate`.
@Suite struct FindRateTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    private func makePhotos() throws {
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func curveFitsIn80ColumnsAndTheNextCommandTrains() throws {
        try makePhotos()
        let outcome = try graft.run("find-rate", "photos", "--steps", "40", "--batch-size", "8")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        for line in lines { #expect(line.count <= 80, "\(line)") }
        #expect(lines.contains { $0.contains("|") && $0.contains("***") })
        #expect(lines.contains { $0.contains("1e-6") && $0.contains("1e-3") })
        #expect(
            lines.contains { $0.hasPrefix("suggested ") && $0.hasSuffix("(S), where the loss falls fastest") }
        )
        let last = try #require(lines.last)
        #expect(last.hasPrefix("next      graft train photos --batch-size 8 --learning-rate "))
        #expect(try graft.names() == ["photos"])

        let rate = try #require(last.split(separator: " ").last.flatMap { Float($0) })
        #expect(rate > 1e-5 && rate <= 1)
        let words = last.dropFirst("next      graft ".count).split(separator: " ").map(String.init)
        let training = graft.finish(try graft.start(words + ["--epochs", "1", "--recipe", "features"]))
        #expect(training.code == 0, "\(training.errors)")
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func programsGetEveryPointAndTheSameAgainForTheSameSeed() throws {
        try makePhotos()
        func points() throws -> [[String: Any]] {
            let outcome = try graft.run("find-rate", "photos", "--steps", "12", "--unfreeze", "0.1", "--json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try outcome.objects()
        }
        let events = try points()
        let rates = events.filter { $0["event"] as? String == "rate" }
        #expect(!rates.isEmpty && rates.count <= 12)
        #expect(rates.map { $0["step"] as? Int } == (1...rates.count).map { $0 })
        for point in rates {
            #expect(
                point["loss"] is Double && point["smoothedLoss"] is Double && point["steps"] as? Int == 12)
        }
        let found = try #require(events.last)
        #expect(found["event"] as? String == "found" && found["stage"] as? String == "tune")
        let next = try #require(found["next"] as? String)
        #expect(next.hasPrefix("graft train photos --unfreeze 0.1 --unfrozen-learning-rate "))
        let again = try points().filter { $0["event"] as? String == "rate" }
        #expect(again.map { $0["loss"] as? Double } == rates.map { $0["loss"] as? Double })
        #expect(try graft.names() == ["photos"])
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func unknownStageIsToldBeforeAnyPictureIsRead() throws {
        try makePhotos()
        let outcome = try graft.run("find-rate", "photos", "--stage", "tunes")
        #expect(outcome.code == 1)
        #expect(
            outcome.errors
                == "graft: Stage tunes is none of recipe auto; expected head, tune. "
                + "Did you mean tune?\n")
        #expect(outcome.output.isEmpty)
    }

    @Test func settingsWithoutEffectAreTold() throws {
        for (arguments, sentence) in [
            (
                ["--learning-rate", "0.1"],
                "--learning-rate has no effect with find-rate, which looks for it."
            ),
            (["--steps", "9"], "--steps is 9; it must be 10 to 10000."),
        ] {
            let outcome = graft.finish(try graft.start(["find-rate", "photos"] + arguments))
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        }
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func interruptedSearchSaysSo() throws {
        try makePhotos()
        let process = try graft.start(
            ["find-rate", "photos", "--steps", "10000", "--unfreeze", "0.3", "--threads", "1", "--json"])
        let path = graft.folder + "/output.txt"
        while process.isRunning {
            let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
            if text.contains("\"event\":\"rate\"") { break }
            usleep(20_000)
        }
        kill(process.processIdentifier, SIGINT)
        let outcome = graft.finish(process)
        #expect(outcome.code == 130)
        #expect(outcome.errors.hasSuffix("run the same command to go on.\n"), "\(outcome.errors)")
        #expect(try outcome.objects().last?["event"] as? String == "interrupted")
        #expect(try graft.names() == ["photos"])
    }
}
