import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Trainings that were interrupted and go on.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights)) struct ResumingTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 20, in: graft.folder + "/photos")
    }

    /// A head that takes long enough to be interrupted, with all that has a state of its own.
    private static let slowHead = """
        name: slow
        head: {pooled: [64], dropout: 0.5}
        stages:
          - name: head
            train: head
            epochs: 150
            patience: never
            batch-size: 2
            optimizer: {rule: sgd, momentum: 0.9}
            learning-rate: 1e-3
            schedule: {reduce-on-plateau: {epochs: 20, factor: 0.5}}
            average: 0.99
            augment: flip
            variants: 2

        """

    /// A head that is quick, and a part of the trunk that takes longer.
    private static let slowSecondStage = """
        name: second
        stages:
          - {name: head, train: head, epochs: 2}
          - name: last
            train: {from: blocks/15/project_conv}
            epochs: 24
            patience: never
            batch-size: 4
            optimizer: adamw
            learning-rate: 1e-4
            schedule: cosine
            batch-norm: train
            average: 0.9
            mixup: 0.2
            augment: flip
            variants: 2

        """

    private func write(_ recipe: String) throws {
        try Data(recipe.utf8).write(to: URL(filePath: graft.folder + "/recipe.yaml"))
    }

    private func arguments(_ name: String, _ more: [String] = []) -> [String] {
        ["train", "photos", "--recipe", "recipe.yaml", "-o", name, "--json", "--threads", "1"] + more
    }

    /// Trains, and stops it by a signal when so many epochs of a stage were told.
    private func interrupted(
        _ name: String, _ number: Int32, stage: String, after epochs: Int, _ more: [String] = []
    ) throws -> GraftProcess.Outcome {
        let process = try graft.start(arguments(name, more))
        let mark = "\"event\":\"epoch\",\"stage\":\"\(stage)\""
        let other = "\"stage\":\"\(stage)\""
        while process.isRunning {
            let text = String(
                decoding: FileManager.default.contents(atPath: graft.folder + "/output.txt") ?? Data(),
                as: UTF8.self)
            let told = text.split(separator: "\n").count {
                $0.contains(mark) || ($0.contains("\"event\":\"epoch\"") && $0.contains(other))
            }
            if told >= epochs { break }
            usleep(2_000)
        }
        kill(process.processIdentifier, number)
        return graft.finish(process)
    }

    private func weights(_ name: String) -> Data? {
        FileManager.default.contents(atPath: "\(graft.folder)/\(name)/weights.safetensors")
    }

    private func requireSuccess(_ outcome: GraftProcess.Outcome) throws {
        try #require(outcome.code == 0, "\(outcome.errors)")
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func interruptedHeadGoesOnToTheSameBytes(signal: Int32) throws {
        try write(ResumingTests.slowHead)
        try requireSuccess(graft.finish(try graft.start(arguments("whole.graft"))))
        let stopped = try interrupted("parts.graft", signal, stage: "head", after: 5)
        #expect(stopped.code == (signal == SIGINT ? 130 : SIGKILL))
        if signal == SIGINT {
            #expect(
                stopped.errors.hasSuffix(
                    "Interrupted. What was computed so far is kept; run the same command with --resume to go on.\n"
                ), "\(stopped.errors)")
        }
        #expect(
            try graft.names().filter { !$0.hasPrefix(".") } == [
                "parts.graft.checkpoint", "photos", "recipe.yaml", "whole.graft",
            ])
        // A second interruption of what was taken up once.
        _ = try interrupted("parts.graft", signal, stage: "head", after: 5, ["--resume"])
        let outcome = graft.finish(try graft.start(arguments("parts.graft", ["--resume"])))
        try requireSuccess(outcome)
        let resumed = try #require(outcome.objects().first { $0["event"] as? String == "resumed" })
        let epochs = try #require(resumed["epochs"] as? Int)
        #expect(epochs >= 9 && epochs < 150, "\(epochs)")
        let whole = try #require(weights("whole.graft"))
        #expect(weights("parts.graft") == whole)
        #expect(!FileManager.default.fileExists(atPath: graft.folder + "/parts.graft.checkpoint"))
        #expect(try graft.run("verify", "parts.graft").code == 0)
    }

    @Test func interruptedSecondStageGoesOnToTheSameBytes() throws {
        try write(ResumingTests.slowSecondStage)
        try requireSuccess(graft.finish(try graft.start(arguments("whole.graft"))))
        for (number, after) in [(SIGINT, 2), (SIGKILL, 3)] {
            let name = "parts\(number).graft"
            _ = try interrupted(name, number, stage: "last", after: after)
            let outcome = graft.finish(try graft.start(arguments(name, ["--resume"])))
            try requireSuccess(outcome)
            let resumed = try #require(outcome.objects().first { $0["event"] as? String == "resumed" })
            #expect(resumed["stage"] as? String == "last")
            #expect(weights(name) == weights("whole.graft"), "signal \(number)")
        }
    }

    // MARK: What is refused

    private func expectRefusal(_ arguments: [String], _ sentence: String) throws {
        let outcome = graft.finish(try graft.start(arguments))
        #expect(outcome.code == 1, "\(outcome.errors)")
        let last = outcome.errors.split(separator: "\n").last { $0.hasPrefix("graft: ") }
        #expect(last == "graft: \(sentence)", "\(outcome.errors)")
    }

    @Test func whatDoesNotFitTheCheckpointIsRefusedAndNothingIsLost() throws {
        try write(ResumingTests.slowHead)
        try expectRefusal(
            arguments("m.graft", ["--resume"]),
            "m.graft.checkpoint is not there: no training stopped here. Leave out --resume to start from the beginning."
        )
        _ = try interrupted("m.graft", SIGINT, stage: "head", after: 2)
        let path = graft.folder + "/m.graft.checkpoint"
        let content = try #require(FileManager.default.contents(atPath: path))
        func other(_ name: String) -> String {
            "m.graft.checkpoint is of a run with another \(name); expected the same data, recipe, weights and settings. "
                + "Give the same settings, or leave out --resume to start again."
        }
        try expectRefusal(
            arguments("m.graft"),
            "m.graft.checkpoint is where an interrupted training stopped. Add --resume to go on, or delete it to start again."
        )
        try expectRefusal(
            arguments("m.graft", ["--resume", "--seed", "7", "--validation-split", "0.2"]), other("seed"))
        try write(ResumingTests.slowHead.replacing("momentum: 0.9", with: "momentum: 0.8"))
        try expectRefusal(arguments("m.graft", ["--resume"]), other("recipe"))
        try write(ResumingTests.slowHead)
        let picture = graft.folder + "/photos/red/0.png"
        let old = try #require(FileManager.default.contents(atPath: picture))
        try Pictures.png(colour: (1, 2, 3), seed: 5).write(to: URL(filePath: picture))
        try expectRefusal(arguments("m.graft", ["--resume"]), other("data"))
        try old.write(to: URL(filePath: picture))
        #expect(FileManager.default.contents(atPath: path) == content)
        // Cut short, another byte, empty, something else.
        var flipped = content
        flipped[content.count - 100] ^= 4
        for damaged in [content.prefix(content.count - 9), flipped, Data(), Data("hello".utf8)] {
            try damaged.write(to: URL(filePath: path))
            let outcome = graft.finish(try graft.start(arguments("m.graft", ["--resume"])))
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("graft: m.graft.checkpoint "), "\(outcome.errors)")
            #expect(outcome.errors.contains("Delete it and start again."), "\(outcome.errors)")
            #expect(FileManager.default.contents(atPath: path) == damaged)
        }
        try content.write(to: URL(filePath: path))
        try requireSuccess(graft.finish(try graft.start(arguments("m.graft", ["--resume"]))))
    }

    @Test(.enabled(if: InterruptionTests.canMount, "this user may not mount a small disk"))
    func fullDiskLeavesTheLastGoodCheckpoint() throws {
        try write(ResumingTests.slowHead)
        let disk = graft.folder + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try #require(InterruptionTests.system("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk))
        defer { _ = InterruptionTests.system("umount", disk) }
        _ = try interrupted("disk/m.graft", SIGINT, stage: "head", after: 3)
        let path = disk + "/m.graft.checkpoint"
        let good = try #require(FileManager.default.contents(atPath: path))
        // The rest of the disk is filled.
        _ = InterruptionTests.system("dd", "if=/dev/zero", "of=\(disk)/filler", "bs=4k")
        let outcome = graft.finish(try graft.start(arguments("disk/m.graft", ["--resume"])))
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("no space left on the device"), "\(outcome.errors)")
        let warnings = try outcome.objects().filter { $0["event"] as? String == "warning" }
        #expect(!warnings.isEmpty)
        #expect(FileManager.default.contents(atPath: path) == good)
        try FileManager.default.removeItem(atPath: disk + "/filler")
        try requireSuccess(graft.finish(try graft.start(arguments("disk/m.graft", ["--resume"]))))
        #expect(try graft.names(in: "disk") == ["m.graft"])
    }
}
