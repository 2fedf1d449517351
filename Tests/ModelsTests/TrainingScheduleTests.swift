import Foundation
import GraftDatasets
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import GraftTraining
import Synchronization
import Testing

@testable import GraftModels

/// From settings to a schedule, from a schedule to a model.
@Suite struct TrainingScheduleTests {
    let pictures: TinyPictures

    init() throws { pictures = try TinyPictures() }

    private func dataset(count: Int = 24, isGiven: Bool = true) throws -> TinyDataset {
        let given = try pictures.dataset(.classification, ["dark", "light"], count: count) { level in
            .label(level > 125 ? 1 : 0)
        }
        guard !isGiven else { return given }
        return TinyDataset(
            root: pictures.root, task: given.task, classes: given.classes,
            samples: given.samples.map {
                Sample(path: $0.path, target: $0.target, part: nil, file: "\(pictures.root)/\($0.path)")
            })
    }

    /// A head, then everything; with two variants of each picture where there is an augmentation.
    private func learning(
        _ dataset: any Dataset, augmented: Bool = false, recomputed: Bool = false
    ) throws -> TransferLearning {
        var stage = Stage(name: "head", trainable: .head)
        (stage.epochs, stage.learningRate, stage.batchSize) = (3, 0.05, 8)
        if augmented {
            stage.augmentation.horizontalFlip = true
            stage.variants = recomputed ? .recomputed : .cached(2)
        }
        var learning = try pictures.learning(dataset)
        learning.recipe = try Recipe(name: "two", stages: [stage])
        return learning
    }

    private func readings(_ learning: TransferLearning) throws -> [StageReading] {
        try learning.schedule().stages
    }

    @Test func stageWithoutVariantsReadsEveryPictureOnce() throws {
        let reading = try readings(learning(dataset()))[0]
        #expect(reading.examination == [FeaturePass(pictures: .all, variations: [])])
        #expect(reading.passes == reading.examination && reading.remaining == [])
    }

    @Test func variantsAreReadAloneWhereTheDataSaysWhichPicturesAreTrainedOn() throws {
        let reading = try readings(learning(dataset(), augmented: true))[0]
        #expect(reading.examination.map(\.pictures) == [.givenTraining, .givenOthers])
        #expect(reading.examination.map(\.variations.count) == [2, 0])
        #expect(reading.remaining == [])
        let drawn = try readings(learning(dataset(isGiven: false), augmented: true))[0]
        #expect(drawn.examination.map(\.pictures) == [.all])
        #expect(drawn.remaining.map(\.pictures) == [.training])
        #expect(drawn.remaining.map(\.variations.count) == [2])
    }

    @Test func nothingIsComputedBeforehandWhereVariantsAreRecomputed() throws {
        let reading = try readings(learning(dataset(), augmented: true, recomputed: true))[0]
        #expect(reading.examination == [] && reading.passes == [] && reading.remaining == [])
    }

    @Test(arguments: [(false, true), (true, true), (true, false), (false, false)])
    func outlineTellsHowManyRowsTheRunComputes(augmented: Bool, isGiven: Bool) async throws {
        let learning = try learning(dataset(isGiven: isGiven), augmented: augmented)
        let outline = try await learning.schedule().outline(seconds: 0.001)
        let totals = Mutex<[Int]>([])
        _ = try await learning.train { event in
            if case .features(let progress) = event, progress.done == progress.total {
                totals.withLock { $0.append(progress.total) }
            }
        }
        // Twelve features a row.
        #expect(outline.stages[0].cacheBytes == totals.withLock { $0.reduce(0, +) } * 12 * 4)
    }

    @Test func settingsThatCannotBeAreRefusedBeforeAnyWork() throws {
        func message(_ change: (inout TransferLearning) -> Void) throws -> String {
            var learning = try learning(dataset())
            change(&learning)
            do {
                _ = try learning.schedule()
                return ""
            } catch { return "\(error)" }
        }
        #expect(try message { _ in } == "")
        #expect(try message { $0.threads = 0 } == "The number of threads is 0; expected 1 to 1024.")
        #expect(
            try message { $0.validationShare = .nan }
                == "The validation split is nan; expected a number above 0 and below 1.")
        #expect(try message { $0.validationShare = 0.3 }.contains("has its own validation pictures"))
        #expect(
            try message {
                $0.resumes = true; $0.checkpoint = "/none"
            }.hasPrefix("/none is not there"))
    }

    @Test func sameSettingsGiveTheSameModelWhateverIsKept() async throws {
        func parameters(_ usesCache: Bool, threads: Int) async throws -> [[Float]] {
            var learning = try learning(dataset(), augmented: true)
            learning.usesCache = usesCache
            learning.threads = threads
            let model = try await learning.train()
            return model.parameters.names.compactMap { model.parameters[$0]?.floats }
        }
        let first = try await parameters(false, threads: 1)
        #expect(first.count == 3 && first.allSatisfy { !$0.isEmpty })
        #expect(try await parameters(true, threads: 2) == first)
        #expect(try await parameters(true, threads: 1) == first)
    }

    @Test func eventsComeInOrderAndCanBeSentElsewhere() async throws {
        let training = try learning(dataset()).start()
        var names: [String] = []
        for await event in training.events {
            let data = try JSONEncoder().encode(event)
            let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let name = try #require(object.keys.first)
            if names.last != name { names.append(name) }
            _ = try JSONDecoder().decode(TrainingEvent.self, from: data)
        }
        let model = try await training.model
        #expect(
            names == ["data", "trunk", "features", "findings", "split", "stage", "epoch", "stageFinished"])
        #expect(model.classes == ["dark", "light"] && model.stages.map(\.name) == ["head"])
    }

    @Test func cancelledTrainingThrows() async throws {
        let training = try learning(dataset()).start()
        training.cancel()
        await #expect(throws: CancellationError.self) { try await training.model }
    }

    @Test func searchForARateTakesAsManyStepsAsAreAskedFor() async throws {
        let schedule = try learning(dataset()).schedule()
        let search = try await schedule.findLearningRate(steps: 12)
        #expect(search.points.count <= 12 && search.points.count > 3)
        await #expect(throws: SettingError.self) { try await schedule.findLearningRate(steps: 1) }
        await #expect(throws: SettingError.self) { try await schedule.findLearningRate(stage: "tail") }
    }
}
