import Foundation
import GraftDatasets
import GraftFiles
import GraftTraining
import Testing

@testable import GraftModels

/// What happens around a training: others that train at the same place, and pictures that go away.
@Suite struct TrainingPlacesTests {
    let pictures: TinyPictures

    init() throws { pictures = try TinyPictures() }

    private func learning() throws -> TransferLearning {
        let data = try pictures.dataset(.classification, ["dark", "light"], count: 24) { level in
            .label(level > 125 ? 1 : 0)
        }
        var learning = try pictures.learning(data, epochs: 3)
        learning.checkpoint = "\(pictures.root)/m.graft.checkpoint"
        return learning
    }

    @Test func trainingAtTheSamePlaceIsToldFromAnInterruptedOne() async throws {
        let learning = try learning()
        let checkpoint = try #require(learning.checkpoint)
        let schedule = try learning.schedule()
        var lock = try TrainingLock(checkpoint: checkpoint, home: learning.trunk.home)
        #expect(lock != nil)
        let sentence =
            "\(checkpoint) is in use: another training is at work there. Wait for its end, or choose another "
            + "place for the model."
        try Data("half".utf8).write(to: URL(filePath: checkpoint))
        for resumes in [false, true] {
            var other = learning
            // The same place, written in another way.
            other.checkpoint = "\(pictures.root)/./m.graft.checkpoint"
            other.resumes = resumes
            let error = #expect(throws: SettingError.self) { try other.schedule() }
            #expect(error?.description == sentence.replacing("/m.graft", with: "/./m.graft"))
        }
        try FileRemoval.remove(checkpoint)
        let late = await #expect(throws: SettingError.self) { _ = try await schedule.train() }
        #expect(late?.description == sentence, "a schedule that was made before the other one began")
        lock = nil
        _ = try await schedule.train()
        #expect(try FolderListing.names(of: "\(learning.trunk.home.path)/locks") == [], "nothing is left")
    }

    @Test func modelIsNotLostWithThePictures() async throws {
        var learning = try learning()
        learning.checkpoint = nil
        let root = pictures.root
        let model = try await learning.train { event in
            guard case .stageFinished = event else { return }
            for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
            where name.hasSuffix(".png") {
                try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
            }
        }
        #expect(model.golden.count == 1)
        try model.save(to: "\(root)/m.graft")
        let verification = try await ModelBundle.load("\(root)/m.graft").verify()
        #expect(verification.isMet)
    }

    @Test func checkpointThatCannotBeWrittenIsToldBeforeAnyWork() throws {
        var learning = try learning()
        learning.checkpoint = "\(pictures.root)/nowhere/m.checkpoint"
        #expect(throws: FileError.self) { try learning.schedule() }
        learning.checkpoint = "\(pictures.root)/\(String(repeating: "m", count: 256))"
        let error = #expect(throws: FileError.self) { try learning.schedule() }
        #expect(error?.description.hasSuffix("its name is too long. Choose a shorter one.") == true)
    }
}
