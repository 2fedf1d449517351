import GraftDatasets
import Testing

@testable import GraftTraining

/// How long stages are: by steps, and within a time.
@Suite struct StageLengthTests {
    private func plan(epochs: Int, steps: Int? = nil, warmup: Double = 0) throws -> StagePlan {
        var stage = Stage(name: "all", trainable: .all)
        (stage.epochs, stage.steps, stage.batchSize, stage.warmup) = (epochs, steps, 32, warmup)
        let network = try HeadFixture(classes: 2, rows: 2, purpose: "length") { _, draw in draw }.network
        return try StagePlan(stage, network: network, trainedNodes: ["top/dense"])
    }

    @Test func stepsAreDividedAmongEpochs() throws {
        func length(_ epochs: Int, steps: Int?, pictures: Int) throws -> StageLength {
            try plan(epochs: epochs, steps: steps).resolved(forPictures: pictures).length
        }
        #expect(try length(8, steps: 400, pictures: 2934) == StageLength(epochs: 8, epochSteps: 50))
        // Three passes at least, twenty at most.
        #expect(try length(8, steps: 400, pictures: 40_000) == StageLength(epochs: 8, epochSteps: 469))
        #expect(try length(8, steps: 400, pictures: 122) == StageLength(epochs: 8, epochSteps: 10))
        #expect(try length(100, steps: 400, pictures: 1) == StageLength(epochs: 20, epochSteps: 1))
        #expect(try length(8, steps: nil, pictures: 122) == StageLength(epochs: 8))
    }

    @Test(arguments: [7, 32, 33, 100, 1000])
    func everyPictureComesAsOftenAsTheOthers(pictures: Int) throws {
        let head = try HeadFixture(classes: 2, rows: pictures, purpose: "order") { _, draw in draw }
        let plan = try plan(epochs: 8, steps: 400).resolved(forPictures: pictures)
        let objective = try Objective(
            .classification, outputs: ["a", "b"], targets: head.targets, stage: plan.stage, training: [])
        let trainer = StageTrainer(
            plan, objective: objective, source: CachedBoundary(head.features), seed: 1, threads: 1)
        var counts = [Int](repeating: 0, count: pictures)
        for epoch in 1...8 {
            let order = trainer.order(of: Array(0..<pictures), epoch: epoch)
            #expect(order.count == plan.steps(of: pictures) * min(32, pictures))
            for picture in order { counts[picture] += 1 }
        }
        #expect(counts.max()! - counts.min()! <= 1)
        #expect(counts.min()! >= 3)
    }

    @Test func stageIsShortenedToItsTime() throws {
        let speed = StageSpeed(step: 1, validation: 5)
        func length(_ seconds: Double, _ plan: StagePlan) -> StageLength? {
            plan.length(within: seconds, speed, pictures: 320)
        }
        // Ten steps and a validation: 15 seconds an epoch.
        let long = try plan(epochs: 8)
        #expect(length(120, long) == StageLength(epochs: 8))
        #expect(length(119.9, long) == StageLength(epochs: 7))
        #expect(length(45, long) == StageLength(epochs: 3))
        // Three epochs of (40 / 3 - 5) steps.
        #expect(length(40, long) == StageLength(epochs: 3, epochSteps: 8))
        #expect(length(27, long) == StageLength(epochs: 3, epochSteps: 4))
        #expect(length(20, long) == nil)
        #expect(length(0, long) == nil && length(-1, long) == nil && length(-.infinity, long) == nil)
        #expect(length(.infinity, long) == StageLength(epochs: 8))
        #expect(length(14, try plan(epochs: 1)) == nil)
    }

    @Test func warmupIsShortenedToo() throws {
        let plan = try plan(epochs: 8, warmup: 2)
        #expect(plan.lasting(StageLength(epochs: 4, epochSteps: 3)).stage.warmup == 1)
        #expect(plan.lasting(plan.length).stage == plan.stage)
    }

    @Test func timesAreWrittenAsPeopleDo() {
        let times: [(String, Double?)] = [
            ("90s", 90), ("10m", 600), ("1.5h", 5400), ("0.5s", 0.5), ("0s", nil), ("-1m", nil), ("10", nil),
            ("m", nil), ("", nil), ("1e9h", nil), ("999999999h", nil), ("nanm", nil), ("1 m", nil),
        ]
        for (text, seconds) in times { #expect(TimeText.seconds(text) == seconds, "\(text)") }
        for seconds in [0.5, 1, 59, 60, 90, 600, 3600, 5400] {
            #expect(TimeText.seconds(TimeText.text(seconds)) == seconds)
        }
    }
}
