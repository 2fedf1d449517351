import Foundation
import GraftDatasets
import GraftFiles
import GraftNetworks
import GraftTensors
import GraftTraining
import Synchronization
import Testing

@testable import GraftModels

/// Stages with several ways, of which the best is found out, and stages within a time.
@Suite struct AlternativesTests {
    private let pictures: TinyPictures

    init() throws { pictures = try TinyPictures() }

    private func learning(_ change: (inout [Stage]) -> Void = { _ in }) throws -> TransferLearning {
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 32) {
            .label($0 < 128 ? 0 : 1)
        }
        var learning = try pictures.learning(dataset, epochs: 16)
        var stages = learning.recipe.stages
        stages[0].learningRate = 1e-6
        var fast = Alternative(name: "fast")
        fast.learningRate = 0.05
        var slow = Alternative(name: "slow")
        slow.learningRate = 1e-5
        stages[0].alternatives = [fast, slow]
        change(&stages)
        learning.recipe = try Recipe(name: "ways", stages: stages)
        return learning
    }

    /// The stage as its quickest way does it.
    private static func fast(_ stage: Stage) -> Stage {
        var stage = stage
        (stage.name, stage.learningRate, stage.alternatives) = ("fast", 0.05, [])
        return stage
    }

    private func numbers(_ model: ModelBundle) -> [[Float]] {
        model.parameters.names.compactMap { model.parameters[$0]?.floats }
    }

    @Test func bestWayIsTrainedToItsEndAndAllAreTold() async throws {
        let events = Mutex<[TrainingEvent]>([])
        let model = try await learning().train { event in events.withLock { $0.append(event) } }
        let record = model.stages[0]
        #expect(record.name == "head" && record.chosen == "fast" && record.epochs.count == 16)
        #expect(record.candidates?.map(\.name) == ["head", "fast", "slow"])
        #expect(record.candidates?.map(\.epochs) == [2, 16, 4])
        let compared = events.withLock { $0 }.compactMap { event -> [String]? in
            if case .compared("head", _, let goingOn) = event { goingOn } else { nil }
        }
        #expect(compared.count == 2 && compared[0].contains("fast") && compared[1] == ["fast"])
        // What the winner learned is what it would have learned alone.
        let alone = try await learning { stages in stages = [Self.fast(stages[0])] }.train()
        #expect(numbers(alone) == numbers(model))
        #expect(alone.stages[0].candidates == nil && alone.stages[0].chosen == nil)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 9, 14, 20])
    func interruptedContestGoesOn(epoch: Int) async throws {
        let whole = try await learning().train()
        var interrupted = try learning()
        interrupted.checkpoint = pictures.root + "/checkpoint"
        let count = Mutex(0)
        let task = Mutex<Task<ModelBundle, any Error>?>(nil)
        let running = Task { [interrupted] in
            try await interrupted.train { event in
                guard case .epoch = event else { return }
                let isLast = count.withLock { count in
                    count += 1
                    return count == epoch
                }
                if isLast { task.withLock { $0?.cancel() } }
            }
        }
        task.withLock { $0 = running }
        guard case .failure = await running.result else {
            // Too quick to be interrupted at its very end.
            return #expect(epoch >= 20)
        }
        interrupted.resumes = true
        let resumed = Mutex(0)
        let model = try await interrupted.train { event in
            if case .epoch = event { resumed.withLock { $0 += 1 } }
        }
        #expect(numbers(model) == numbers(whole))
        #expect(model.stages[0].candidates == whole.stages[0].candidates)
        #expect(model.optimism == whole.optimism)
        #expect(resumed.withLock { $0 } == 22 - epoch)
        try interrupted.removeCheckpoint()
        let left = try FileManager.default.contentsOfDirectory(atPath: pictures.root)
        #expect(!left.contains { $0.hasPrefix("checkpoint") })
    }

    @Test func contestThatIsOverIsNotTrainedAgain() async throws {
        var learning = try learning()
        learning.checkpoint = pictures.root + "/checkpoint"
        let model = try await learning.train()
        // As where the model could not be saved.
        learning.resumes = true
        let epochs = Mutex(0)
        let again = try await learning.train { event in
            if case .epoch = event { epochs.withLock { $0 += 1 } }
        }
        #expect(epochs.withLock { $0 } == 0)
        #expect(numbers(again) == numbers(model) && again.optimism == model.optimism)
        #expect(again.stages[0].candidates == model.stages[0].candidates)
    }

    @Test func stageBehindOneWithAlternativesIsFoundByItsName() async throws {
        let learning = try learning { stages in
            var more = Self.fast(stages[0])
            (more.name, more.isKeptOnlyIfBetter) = ("more", true)
            stages.append(more)
        }
        let told = Mutex<StageSummary?>(nil)
        _ = try await learning.schedule().findLearningRate(stage: "more", steps: 3) { event in
            if case .stage(let stage) = event { told.withLock { $0 = stage } }
        }
        let stage = try #require(told.withLock { $0 })
        #expect(stage.name == "more" && stage.number == 2 && stage.stages == 2)
    }

    @Test func roundsHalveTheWays() {
        typealias Round = StageContest.Round
        #expect(StageContest.rounds(ways: 1, epochs: 8) == [Round(ways: 1, epochs: 8)])
        #expect(
            StageContest.rounds(ways: 5, epochs: 40)
                == [
                    Round(ways: 5, epochs: 5), Round(ways: 3, epochs: 10), Round(ways: 2, epochs: 20),
                    Round(ways: 1, epochs: 40),
                ])
        // Never more epochs than the stage has.
        #expect(StageContest.rounds(ways: 9, epochs: 2).allSatisfy { $0.epochs <= 2 })
        #expect(StageContest.seconds([1], epochs: 8) == 8)
        #expect(StageContest.seconds([1, 2], epochs: 8) == 3 + 2 * 7)
    }

    @Test func timeThatIsOverLeavesOutWhatCanBeLeftOut() async throws {
        var learning = try learning { stages in
            var more = Self.fast(stages[0])
            (more.name, more.isKeptOnlyIfBetter) = ("more", true)
            stages.append(more)
        }
        learning.budget = 1e-9
        let shortened = Mutex<[StageShortening]>([])
        let model = try await learning.train { event in
            if case .shortened(let stage) = event { shortened.withLock { $0.append(stage) } }
        }
        #expect(model.stages.map(\.isKept) == [true, false])
        #expect(model.stages[0].epochs.count == 1 && model.stages[0].candidates == nil)
        #expect(model.stages[1].reason == "not tried, since the time for training is over")
        let told = try #require(shortened.withLock { $0 }.first)
        #expect(told.name == "head" && told.steps == 10 && told.allSteps == 48)
        #expect(told.leftOut == ["fast", "slow"])
        let outline = try await learning.schedule().outline(seconds: 0.001)
        #expect(outline.budget == 1e-9 && outline.stages.map(\.epochs) == [1, 0])
        learning.budget = -1
        #expect(throws: SettingError.self) { try learning.schedule() }
    }

    @Test func stageThatCouldShowNoGainIsNotTried() async throws {
        func reason(least: Int?) async throws -> String {
            let learning = try learning { stages in
                stages = [Self.fast(stages[0])]
                var more = stages[0]
                (more.name, more.isKeptOnlyIfBetter, more.leastErrors) = ("more", true, least)
                stages.append(more)
            }
            return try await learning.train().stages[1].reason
        }
        #expect(try await reason(least: 1_000).hasSuffix("pictures are wrong, too few to show a gain"))
        #expect(try await !reason(least: nil).hasPrefix("not tried"))
    }
}
