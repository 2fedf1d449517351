import GraftDatasets
import GraftNetworks
import GraftTensors
import Synchronization
import Testing

@testable import GraftTraining

/// A stage's search for a learning rate, on features that can be told apart.
@Suite struct LearningRateSearchTests {
    let head: HeadFixture

    init() throws {
        head = try HeadFixture(classes: 2, rows: 21, purpose: "search") { row, draw in
            (row % 2 == 0 ? 1 : -1) + draw / 4
        }
    }

    private func trainer(_ change: (inout Stage) -> Void = { _ in }) throws -> StageTrainer {
        var stage = Stage(name: "head", trainable: .head)
        stage.batchSize = 8
        stage.optimizer = OptimizerSettings(.sgd)
        change(&stage)
        let plan = try StagePlan(stage, network: head.network, trainedNodes: ["top/dense"])
        let objective = try Objective(
            .classification, outputs: ["a", "b"], targets: head.targets, stage: stage,
            training: Array(0..<21))
        return StageTrainer(
            plan, objective: objective, source: CachedBoundary(head.features), seed: 1, threads: 1)
    }

    private func search(_ steps: Int, _ change: (inout Stage) -> Void = { _ in }) async throws
        -> LearningRateSearch
    {
        try await trainer(change).search(head.parameters, training: Array(0..<21), steps: steps)
    }

    @Test func lossStaysWhereRatesAreTinyAndFallsWhereTheyAreLarge() async throws {
        let found = try await search(100)
        #expect(found.points.count == 100 && !found.diverged)
        #expect(found.points.first?.learningRate == 1e-7)
        // Seven full batches of 21 pictures in three epochs repeat few pictures: the mean moves little.
        #expect(abs(found.points[20].smoothedLoss - found.points[40].smoothedLoss) < 0.05)
        let last = try #require(found.points.last)
        #expect(last.smoothedLoss < 0.5 * found.points[40].smoothedLoss)
        let suggestion = try #require(found.suggestion)
        #expect(suggestion > 1e-3)
    }

    @Test func rateOfTheStageAndItsScheduleDoNotMatter() async throws {
        let usual = try await search(40)
        let other = try await search(40) { stage in
            // A power of two divides without rounding.
            stage.learningRate = 0x1p-7
            stage.warmup = 2
            stage.schedule = .cosine(final: 0)
        }
        for (one, two) in zip(usual.points, other.points) {
            #expect(abs(one.loss - two.loss) < 1e-5, "at \(one.learningRate)")
        }
    }

    @Test func everyPointIsToldInOrder() async throws {
        let told = Collected()
        let found = try await trainer().search(head.parameters, training: Array(0..<21), steps: 12) {
            told.append($0)
        }
        #expect(told.points == found.points)
    }

    @Test func lossThatIsNoNumberEndsTheSearchWithoutAPoint() async throws {
        var broken = head.parameters
        broken["top/dense/bias"] = Tensor([Float.nan, 0], shape: [2])
        let told = Collected()
        let found = try await trainer().search(broken, training: Array(0..<21), steps: 12) {
            told.append($0)
        }
        #expect(found.points.isEmpty && found.diverged && found.suggestion == nil)
        #expect(told.points.isEmpty)
    }
}

/// What a search told, in order.
private final class Collected: Sendable {
    private let kept = Mutex<[LearningRateCurvePoint]>([])
    var points: [LearningRateCurvePoint] { kept.withLock { $0 } }
    func append(_ point: LearningRateCurvePoint) { kept.withLock { $0.append(point) } }
}
