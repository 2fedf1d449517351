import GraftDatasets
import GraftFiles
import GraftImages
import GraftTraining
import Synchronization
import Testing

import class Foundation.FileManager

@testable import GraftModels

/// Pictures that become others while they are trained on.
@Suite struct ChangedPicturesTests {
    let pictures: TinyPictures

    init() throws { pictures = try TinyPictures() }

    /// A training that reads its pictures anew in each epoch, or once for the head and once for what follows.
    private func learning(recomputed: Bool) throws -> TransferLearning {
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 24) { level in
            .label(level > 125 ? 1 : 0)
        }
        var learning = try pictures.learning(dataset)
        var stage = Stage(name: "head", trainable: .head)
        (stage.epochs, stage.learningRate, stage.batchSize) = (3, 0.05, 8)
        if recomputed {
            stage.augmentation.horizontalFlip = true
            stage.variants = .recomputed
        }
        var everything = Stage(name: "everything", trainable: .all)
        (everything.epochs, everything.learningRate, everything.batchSize) = (2, 0.001, 8)
        learning.recipe = try Recipe(name: "two", stages: recomputed ? [stage] : [stage, everything])
        return learning
    }

    private func failure(
        of learning: TransferLearning, changing change: @Sendable @escaping () throws -> Void
    ) async -> String? {
        let isDone = Mutex(false)
        do {
            _ = try await learning.train { event in
                guard case .epoch = event, isDone.withLock({ exchange(&$0, with: true) }) == false else {
                    return
                }
                do { try change() } catch { Issue.record(error) }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func exchange(_ value: inout Bool, with new: Bool) -> Bool {
        defer { value = new }
        return value
    }

    @Test(arguments: [true, false]) func anotherPictureIsAnErrorThatNamesIt(recomputed: Bool) async throws {
        let other = TinyPictures.picture(level: 90, seed: 1000)
        let failure = await failure(of: try learning(recomputed: recomputed)) { [pictures] in
            _ = try pictures.write(other, "5.png")
        }
        #expect(
            failure == "5.png is another picture than when it was first read. "
                + "Do not change pictures while they are trained on, and train again.")
    }

    @Test(arguments: [true, false]) func aPictureThatIsGoneIsAnErrorThatNamesIt(recomputed: Bool) async throws
    {
        let failure = await failure(of: try learning(recomputed: recomputed)) { [pictures] in
            try FileManager.default.removeItem(atPath: "\(pictures.root)/5.png")
        }
        #expect(
            failure?.hasPrefix("5.png could be used when training began, and now does not exist. Do not")
                == true)
    }

    @Test func theSameBytesWrittenAgainAreTheSamePicture() async throws {
        let path = "\(pictures.root)/5.png"
        let failure = await failure(of: try learning(recomputed: true)) {
            let bytes = try FileContents.read(path)
            let file = try FileReplacement(path)
            try file.write(bytes)
            try file.commit()
        }
        #expect(failure == nil)
    }
}
