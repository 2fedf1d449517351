import Foundation
import GraftArchitectures
import GraftDatasets
import GraftExecution
import GraftFiles
import GraftModels
import GraftNetworks
import GraftTensors
import GraftTraining
import Synchronization
import Testing

/// Eight bits where nobody asked for a precision.
@Suite(
    .enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights),
    .enabled(if: Precision.int8.isSupported, "the processor has no eight-bit products"))
struct EightBitTrialTests {
    let graft: GraftProcess
    private var photos: String { graft.folder + "/photos" }

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 60, in: photos)
    }

    /// What a run told and made.
    private struct Outcome {
        var model: ModelBundle
        var trials = 0
        var tried: EightBitTrial?
        var cached = 0
    }

    private func learning(
        _ precision: Precision? = nil, recipe: Recipe = .features, views: Int = 100,
        on dataset: (any Dataset)? = nil
    ) throws -> TransferLearning {
        let trunk = try Trunk(
            .named("efficientnet_lite0"), inputSize: 32, precision: precision,
            home: GraftHome(graft.folder + "/home"))
        var learning = TransferLearning(try dataset ?? ImageFolder(photos), trunk: trunk)
        learning.recipe = try recipe.changing { $0[0].epochs = 8 }
        learning.trialThreshold = TrialThreshold(views: views, multiplyAccumulates: 500_000_000)
        return learning
    }

    private func train(_ learning: TransferLearning) async throws -> Outcome {
        let events = Mutex<[TrainingEvent]>([])
        var outcome = Outcome(
            model: try await learning.train { event in events.withLock { $0.append(event) } })
        for event in events.withLock({ $0 }) {
            switch event {
            case .trial(let pictures):
                outcome.trials += 1
                #expect(pictures == min(learning.dataset.samples.count, 1024))
            case .tried(let trial): outcome.tried = trial
            case .features(let progress): outcome.cached = progress.cached
            default: break
            }
        }
        return outcome
    }

    @Test func eightBitsAreTakenWhereTheyDoAsWell() async throws {
        #expect(try await learning().schedule().outline(seconds: 0.01).triesEightBits)
        let first = try await train(learning())
        let tried = try #require(first.tried)
        #expect(first.trials == 1 && tried.pictures == 120 && tried.floating == .automatic)
        #expect(tried.score > 0.9 && tried.floatingScore > 0.9)
        #expect(first.model.trunk.precision == (tried.isTaken ? .int8 : .automatic))
        // What the trial computed is not computed again.
        #expect(first.cached == 120)

        let again = try await train(learning())
        #expect(again.trials == 0 && again.tried == tried && again.cached == 120)
        let (before, after) = (first.model.parameters, again.model.parameters)
        #expect(before.names.allSatisfy { before[$0]?.floats == after[$0]?.floats })
        let outline = try await learning().schedule().outline(seconds: 0.01)
        #expect(!outline.triesEightBits && outline.precision == first.model.trunk.precision)
    }

    @Test func nothingIsTriedWhereItWouldNotPayOrWasNotLeftToGraft() async throws {
        let fewer = try await train(learning(views: 121))
        #expect(fewer.trials == 0 && fewer.tried == nil && fewer.model.trunk.precision == .automatic)
        var small = try learning()
        small.trialThreshold.multiplyAccumulates = .max
        #expect(try await !small.schedule().outline(seconds: 0.01).triesEightBits)
        #expect(try await !learning(.float32).schedule().outline(seconds: 0.01).triesEightBits)
        #expect(try await !learning(recipe: .twoStage).schedule().outline(seconds: 0.01).triesEightBits)
        var uncached = try learning()
        uncached.usesCache = false
        #expect(try await !uncached.schedule().outline(seconds: 0.01).triesEightBits)
    }

    @Test func featuresInFloatingPointThatAreThereAreUsed() async throws {
        try makeMany(1100)
        let many = try IDXDataset(graft.folder + "/many")
        let floating = try await train(learning(.automatic, on: many))
        #expect(floating.tried == nil && floating.cached == 0)
        let left = try await train(learning(on: many))
        #expect(left.tried == nil && left.cached == 1100 && left.model.trunk.precision == .automatic)
        // Those of the pictures of a trial alone, as an interrupted one leaves them, do not count.
        try FileManager.default.removeItem(atPath: graft.folder + "/home/features")
        let trial = try await train(learning(on: many))
        #expect(trial.trials == 1 && trial.cached == 1024)
        try FileManager.default.removeItem(atPath: graft.folder + "/home/calibrations")
        if trial.tried?.isTaken == true {
            #expect(try await train(learning(on: many)).tried == trial.tried)
        }
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
        func big(_ value: Int) -> [UInt8] { Pictures.big(UInt32(value)) }
        let folder = graft.folder + "/many"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data([0, 0, 8, 3] + big(count) + big(side) + big(side) + pixels)
            .write(to: URL(filePath: folder + "/train-images-idx3-ubyte"))
        try Data([0, 0, 8, 1] + big(count) + labels)
            .write(to: URL(filePath: folder + "/train-labels-idx1-ubyte"))
    }

    @Test func calibrationStaysWhileItsPicturesDo() throws {
        func cached(_ name: String) throws -> Int? {
            let outcome = try graft.run(
                "train", "photos", "-o", name, "--recipe", "features", "--epochs", "1", "--input-size", "32",
                "--precision", "int8", "--json")
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try outcome.objects().last { $0["event"] as? String == "features" }?["cached"] as? Int
        }
        _ = try cached("m.graft")
        try Pictures.makeClasses(["blue", "red"], count: 90, in: photos)
        #expect(try cached("more.graft") == 120)

        let files = try FileManager.default.contentsOfDirectory(atPath: graft.folder + "/home/calibrations")
        let file = URL(filePath: graft.folder + "/home/calibrations/" + (try #require(files.first)))
        let text = try #require(String(bytes: Data(contentsOf: file), encoding: .utf8))
        // A file that says what cannot be is as good as none, and the pictures that calibrate are others by
        // now.
        try Data(text.replacing("\"scale\":", with: "\"scale\":-").utf8).write(to: file)
        #expect(try cached("damaged.graft") == 0)
        #expect(try cached("repaired.graft") == 180)
        // With its pictures gone, it says nothing about the others.
        try FileManager.default.removeItem(atPath: photos)
        try Pictures.makeClasses(["red", "blue"], count: 12, in: photos)
        #expect(try cached("changed.graft") == 0)
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
