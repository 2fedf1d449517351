import Execution
import Foundation
import Graft
import Models
import Testing

/// Eight bits where nobody asked for a precision.
@Suite(
    .enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights),
    .enabled(if: (try? Precision.int8.requireSupport()) != nil, "the processor has no eight-bit products"))
struct EightBitTrialTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
    }

    /// Many small grey pictures of ten kinds, in the files of MNIST.
    private func makeMany(_ count: Int) throws {
        let side = 8
        var state: UInt64 = 1
        var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
        for picture in 0..<count {
            let label = picture % 10
            labels.append(UInt8(label))
            for place in 0..<(side * side) {
                // The digits of the label say which quarters are light; no two pictures are the same.
                let quarter = place % side / 4 + 2 * (place / side / 4)
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                pixels.append((label >> quarter & 1 == 1 ? 200 : 20) + UInt8(state >> 59))
            }
        }
        func big(_ value: Int) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
        let folder = graft.folder + "/many"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data([0, 0, 8, 3] + big(count) + big(side) + big(side) + pixels)
            .write(to: URL(filePath: folder + "/train-images-idx3-ubyte"))
        try Data([0, 0, 8, 1] + big(count) + labels)
            .write(to: URL(filePath: folder + "/train-labels-idx1-ubyte"))
    }

    private func train(_ data: String, _ name: String, _ arguments: String...) throws -> [[String: Any]] {
        let all =
            [
                "train", data, "-o", name, "--recipe", "features", "--epochs", "4", "--learning-rate", "0.02",
                "--input-size", "32", "--json",
            ]
            + arguments
        let outcome = graft.finish(try graft.start(all))
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.objects()
    }

    private func precision(_ model: String) throws -> Precision {
        try ModelBundle.load("\(graft.folder)/\(model)").trunk.precision
    }

    private func names(_ events: [[String: Any]]) -> [String] {
        events.compactMap { $0["event"] as? String }
    }

    private func cached(_ events: [[String: Any]]) -> Int? {
        events.last { $0["event"] as? String == "features" }?["cached"] as? Int
    }

    @Test func manyPicturesAreComputedInEightBitsWhereTheseDoAsWell() throws {
        try makeMany(16384)
        let plan = try graft.run("plan", "many", "--recipe", "features", "--input-size", "32", "--json")
        #expect(try plan.objects().first?["triesEightBits"] as? Bool == true)

        let first = try train("many", "m.graft")
        #expect(names(first).contains("trial"))
        let tried = try #require(first.first { $0["event"] as? String == "tried" })
        #expect(tried["pictures"] as? Int == 1024)
        let (score, floating) = (tried["score"] as? Double, tried["floatingScore"] as? Double)
        #expect(try #require(score) > 0.7 && #require(floating) > 0.7)
        let isTaken = try #require(tried["isTaken"] as? Bool)
        #expect(try precision("m.graft") == (isTaken ? .int8 : .automatic))
        // What the trial computed is not computed again.
        #expect(cached(first) == 1024)

        let again = try train("many", "again.graft")
        #expect(!names(again).contains("trial"))
        #expect(again.first { $0["event"] as? String == "tried" }?["score"] as? Double == score)
        #expect(cached(again) == 16384)
        #expect(
            try Data(contentsOf: URL(filePath: graft.folder + "/m.graft/weights.safetensors"))
                == Data(contentsOf: URL(filePath: graft.folder + "/again.graft/weights.safetensors")))
        let known = try graft.run("plan", "many", "--recipe", "features", "--input-size", "32", "--json")
            .objects().first
        #expect(known?["triesEightBits"] as? Bool == false)
        #expect(known?["precision"] as? String == (isTaken ? "int8" : Precision.automatic.rawValue))
    }

    @Test func nothingIsTriedWhereItWouldNotPayOrWasNotLeftToGraft() throws {
        try makeMany(16384)
        let fewer = try train("many", "f.graft", "--limit", "16000")
        #expect(!names(fewer).contains("trial"))
        #expect(try precision("f.graft") == .automatic)
        // Most pictures are there in floating point by now.
        let all = try train("many", "all.graft")
        #expect(!names(all).contains("trial"))
        #expect(cached(all) == 16000)
        let asked = try train("many", "asked.graft", "--precision", "f32", "--epochs", "1", "--no-cache")
        #expect(!names(asked).contains("trial"))
        #expect(try precision("asked.graft") == .float32)
    }

    @Test func calibrationStaysWhileItsPicturesDo() throws {
        let photos = graft.folder + "/photos"
        try Pictures.makeClasses(["blue", "red"], count: 12, in: photos)
        _ = try train("photos", "m.graft", "--precision", "int8")
        try Pictures.makeClasses(["blue", "red"], count: 20, in: photos)
        #expect(cached(try train("photos", "more.graft", "--precision", "int8")) == 24)

        let files = try FileManager.default.contentsOfDirectory(atPath: graft.folder + "/home/calibrations")
        let file = URL(filePath: graft.folder + "/home/calibrations/" + (try #require(files.first)))
        let text = try #require(String(bytes: Data(contentsOf: file), encoding: .utf8))
        // A file that says what cannot be is as good as none, and the pictures that calibrate are others by now.
        try Data(text.replacing("\"scale\":", with: "\"scale\":-").utf8).write(to: file)
        #expect(cached(try train("photos", "damaged.graft", "--precision", "int8")) == 0)
        #expect(cached(try train("photos", "repaired.graft", "--precision", "int8")) == 40)
        // With most of its pictures gone, it says nothing about the others.
        try FileManager.default.removeItem(atPath: photos)
        try Pictures.makeClasses(["red", "blue"], count: 12, in: photos)
        let changed = try train("photos", "changed.graft", "--precision", "int8")
        #expect(changed.first { $0["event"] as? String == "calibrated" }?["pictures"] as? Int == 24)
        #expect(cached(changed) == 0)
    }

    @Test func verdictFollowsFromScoreAndLoss() {
        func metrics(_ top1: Double, _ loss: Double) -> Metrics {
            Metrics(images: 512, loss: loss, top1: top1, top5: 1)
        }
        func isTaken(_ after: (Double, Double)) -> Bool {
            let before = [metrics(0.90, 0.2), metrics(0.94, 0.4)]
            return EightBitTrial(
                pictures: 1024, floating: .bfloat16, before: before,
                after: [metrics(after.0, after.1), metrics(after.0, after.1)]
            ).isTaken
        }
        #expect(isTaken((0.92, 0.30)))
        #expect(isTaken((0.9175, 0.314)))
        #expect(!isTaken((0.9165, 0.30)))
        #expect(!isTaken((0.95, 0.32)))
        #expect(!isTaken((0.92, .nan)))
        #expect(!isTaken((.nan, 0.30)))
        // Two losses of nearly nothing are alike.
        let small = EightBitTrial(
            pictures: 1024, floating: .float32, before: [metrics(1, 0.0001)], after: [metrics(1, 0.0009)])
        #expect(small.isTaken && small.floatingLoss == 0.0001 && small.scoreName == "top-1")
    }
}
