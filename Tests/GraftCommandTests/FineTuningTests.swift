import Foundation
import GraftModels
import GraftNetworks
import GraftTraining
import Testing

/// `graft train --unfreeze`.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights)) struct FineTuningTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
    }

    private func train(_ name: String, _ arguments: String...) throws -> GraftProcess.Outcome {
        // Two epochs leave the head unfinished, so that there is something to gain.
        let all = ["train", "photos", "-o", name, "--epochs", "2", "--json"] + arguments
        let outcome = graft.finish(try graft.start(all))
        #expect(outcome.code == 0, "\(outcome.errors)")
        return outcome
    }

    private func model(_ name: String) throws -> ModelBundle {
        try ModelBundle.load("\(graft.folder)/\(name)")
    }

    @Test func everythingUnfrozenMovesAndNothingFrozenDoes() throws {
        _ = try train("head.graft", "--recipe", "features")
        let events = try train(
            "tuned.graft", "--unfreeze", "blocks/14/expand_conv", "--unfrozen-epochs", "3",
            "--unfrozen-learning-rate", "1e-4"
        ).objects()
        let unfrozen = events.last { $0["event"] as? String == "stage" }
        #expect(unfrozen?["firstNode"] as? String == "blocks/14/expand_conv")
        let end = try #require(events.last { $0["event"] as? String == "stageFinished" })
        #expect(end["isKept"] as? Bool == true)

        let (before, after) = (try model("head.graft"), try model("tuned.graft"))
        #expect(after.network == before.network)
        let first = try #require(after.network.position(of: "blocks/14/expand_conv"))
        for parameter in after.network.parameters {
            let position = try #require(after.network.position(of: parameter.node))
            let isFrozen = position < first || !parameter.role.hasGradient
            let isSame = after.parameters[parameter.name] == before.parameters[parameter.name]
            #expect(isSame == isFrozen, "\(parameter.name)")
        }
        let record: StageRecord = try #require(after.stages.last)
        #expect(record.trainedNodes.contains("blocks/14/expand_conv") && record.epochs.count == 3)
        #expect(after.validation.loss < before.validation.loss)

        // What is evaluated is the tuned model, also where features of the published weights are in the
        // cache.
        let evaluation = try #require(
            graft.run("evaluate", "tuned.graft", "photos", "--json").objects().first)
        let parts = try #require(evaluation["loss"] as? Double)
        let whole = try #require(
            graft.run("evaluate", "head.graft", "photos", "--json").objects().first?["loss"] as? Double)
        #expect(parts < whole)
        #expect(try graft.run("verify", "tuned.graft").code == 0)
    }

    @Test func sameSeedGivesTheSameBytesAndTheFrozenPartIsComputedOnce() throws {
        _ = try train("a.graft", "--unfreeze", "0.1", "--unfrozen-epochs", "1")
        let events = try train("b.graft", "--unfreeze", "0.1", "--unfrozen-epochs", "1").objects()
        let features = events.filter { $0["event"] as? String == "features" }
        #expect(features.allSatisfy { $0["cached"] as? Int == $0["done"] as? Int } && features.count >= 2)
        let weights = ["a", "b"].map { "\(graft.folder)/\($0).graft/weights.safetensors" }
        #expect(FileManager.default.contentsEqual(atPath: weights[0], andPath: weights[1]))
    }

    /// Variants too, where both stages have the same.
    @Test(arguments: ["", "augment: flip", "augment: flip, variants: 2"])
    func laterStageFindsWhatTheFirstOneComputedOnTheWay(settings: String) throws {
        let more = settings.isEmpty ? "" : ", " + settings
        let recipe = """
            name: two
            stages:
              - {name: head, train: head, epochs: 2\(more)}
              - {name: last, train: {from: blocks/14/expand_conv}, learning-rate: 1e-5, epochs: 2\(more)}

            """
        try Data(recipe.utf8).write(to: URL(filePath: graft.folder + "/two.yaml"))
        try FileManager.default.createDirectory(
            atPath: graft.folder + "/parts", withIntermediateDirectories: true)
        for (part, source) in [("train", "photos"), ("validation", "more")] {
            if source == "more" {
                try Pictures.makeClasses(["blue", "red"], count: 5, in: graft.folder + "/more", width: 50)
            }
            try FileManager.default.moveItem(
                atPath: "\(graft.folder)/\(source)", toPath: "\(graft.folder)/parts/\(part)")
        }
        func train(_ name: String, _ arguments: String...) throws -> [[String: Any]] {
            let all = ["train", "parts", "-o", name, "--recipe", "two.yaml", "--json"] + arguments
            let outcome = graft.finish(try graft.start(all))
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try outcome.objects()
        }
        let events = try train("kept.graft")
        let second = try #require(events.lastIndex { $0["event"] as? String == "stage" })
        func features(_ events: some Sequence<[String: Any]>) -> [[String: Any]] {
            events.filter { $0["event"] as? String == "features" }
        }
        #expect(features(events[..<second]).allSatisfy { $0["cached"] as? Int == 0 })
        let later = features(events[second...])
        #expect(!later.isEmpty && later.allSatisfy { $0["cached"] as? Int == $0["done"] as? Int })
        // What is computed again is the same.
        _ = try train("computed.graft", "--no-cache")
        let weights = ["kept", "computed"].map { "\(graft.folder)/\($0).graft/weights.safetensors" }
        #expect(FileManager.default.contentsEqual(atPath: weights[0], andPath: weights[1]))
    }

    @Test func resultThatIsNoBetterIsNotKept() throws {
        let events = try train(
            "worse.graft", "--unfreeze", "0.2", "--unfrozen-learning-rate", "10", "--unfrozen-epochs", "1"
        ).objects()
        let end = try #require(events.last { $0["event"] as? String == "stageFinished" })
        #expect(end["isKept"] as? Bool == false)
        _ = try train("head.graft", "--recipe", "features")
        let (worse, head) = (try model("worse.graft"), try model("head.graft"))
        #expect(worse.stages.map(\.isKept) == [true, false])
        for name in head.parameters.names { #expect(worse.parameters[name] == head.parameters[name]) }
        #expect(worse.validation == head.validation)
    }

    @Test func wrongPlacesAndSettingsWithoutEffectAreTold() throws {
        let unknown = try graft.run("train", "photos", "--unfreeze", "block5_conv1")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("block5_conv1"), "\(unknown.errors)")
        for (arguments, sentence) in [
            (
                ["--unfreeze", "1"],
                "--unfreeze is 1; a share must be greater than 0 and less than 1, or all."
            ),
            (["--unfrozen-epochs", "3"], "--unfrozen-epochs has no effect without --unfreeze."),
            (
                ["--unfrozen-learning-rate", "1e-4"],
                "--unfrozen-learning-rate has no effect without --unfreeze."
            ),
            (
                ["--unfreeze", "0.2", "--unfrozen-learning-rate", "0"],
                "--unfrozen-learning-rate is 0.0; it must be greater than 0 and finite."
            ),
        ] {
            let outcome = graft.finish(try graft.start(["train", "photos"] + arguments))
            #expect(outcome.code == 64)
            #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        }
        #expect(try graft.names() == ["photos"])
    }
}
