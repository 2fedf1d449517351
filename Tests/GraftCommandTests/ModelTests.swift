import Foundation
import Testing

/// What the commands do with models, good ones and bad ones.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
struct ModelTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
    }

    private func train(_ arguments: String...) throws -> GraftProcess.Outcome {
        let outcome = graft.finish(
            try graft.start(["train", "photos", "--recipe", "features", "--epochs", "6"] + arguments))
        #expect(outcome.code == 0, "\(outcome.errors)")
        return outcome
    }

    private func weights(_ model: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(graft.folder)/\(model)/weights.safetensors"))
    }

    @Test func trainTellsItsEventsAsJSON() throws {
        let events = try train("--json").objects()
        let names = events.compactMap { $0["event"] as? String }
        #expect(names.first == "data")
        #expect(names.contains("split") && names.contains("epoch") && names.contains("stageFinished"))
        let last = try #require(events.last)
        #expect(last["event"] as? String == "finished")
        #expect(last["model"] as? String == "photos.graft")
        let validation = try #require(last["validation"] as? [String: Any])
        #expect(validation["top1"] as? Double == 1)
        let seconds = try #require(last["seconds"] as? [String: Double])
        #expect(Set(seconds.keys) == ["decode", "trunk", "head", "total"])
    }

    @Test func sameSeedGivesTheSameBytesHoweverFeaturesAreHad() throws {
        _ = try train("-o", "cold.graft")
        _ = try train("-o", "warm.graft")
        _ = try train("-o", "none.graft", "--no-cache")
        _ = try train("-o", "one.graft", "--threads", "1", "--no-cache")
        _ = try train("-o", "other.graft", "--seed", "1")
        let cold = try weights("cold.graft")
        for name in ["warm", "none", "one"] { #expect(try weights("\(name).graft") == cold, "\(name)") }
        #expect(try weights("other.graft") != cold)
    }

    @Test func twoTrainingsAtOnceBothSucceed() throws {
        let other = try GraftProcess()
        try FileManager.default.createSymbolicLink(
            atPath: other.folder + "/photos", withDestinationPath: graft.folder + "/photos")
        let home = ["GRAFT_HOME": graft.folder + "/home"]
        let first = try graft.start(["train", "photos", "--recipe", "features", "--epochs", "6"])
        let second = try other.start(
            ["train", "photos", "--recipe", "features", "--epochs", "6"], environment: home)
        #expect(graft.finish(first).code == 0)
        let outcome = other.finish(second)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let path = "\(other.folder)/photos.graft/weights.safetensors"
        #expect(try weights("photos.graft") == Data(contentsOf: URL(filePath: path)))
        // Its folder goes when it does.
        withExtendedLifetime(other) {}
    }

    @Test func evaluateCountsOnlyPicturesThatTheModelWasNotTrainedOn() throws {
        _ = try train()
        let objects = try graft.run("evaluate", "photos.graft", "photos", "--json").objects()
        #expect(objects.count == 1)
        let result = try #require(objects.last)
        #expect(result["top1"] as? Double == 1)
        #expect(result["top5"] as? Double == 1)
        #expect(result["loss"] as? Double != nil)
        #expect(
            (result["images"] as? Int, result["skipped"] as? Int, result["trainedOn"] as? Int) == (5, 0, 19))
        let all = try #require(
            try graft.run("evaluate", "photos.graft", "photos", "--include-training", "--json").objects().last
        )
        #expect(all["images"] as? Int == 24)
    }

    @Test func evaluateLooksAtSeveralViewsAndComputesThemAnew() throws {
        _ = try train()
        func loss(_ arguments: String...) throws -> Double {
            let all = ["evaluate", "photos.graft", "photos", "--json"] + arguments
            let outcome = graft.finish(try graft.start(all))
            #expect(outcome.code == 0, "\(outcome.errors)")
            let result = try #require(outcome.objects().last)
            #expect(result["images"] as? Int == 5 && result["top1"] as? Double == 1)
            return try #require(result["loss"] as? Double)
        }
        let one = try loss()
        let two = try loss("--tta", "2")
        // Other pictures of the same things: nearly the same answers, but not quite.
        #expect(one != two && abs(one - two) < 0.2)
        #expect(try loss("--tta", "2") == two)
        #expect(try loss() == one)
    }

    @Test func planSumsUpLayersUnlessAskedForEach() throws {
        let short = try graft.run("plan", "photos", "--unfreeze", "0.3")
        #expect(short.code == 0, "\(short.errors)")
        #expect(short.output.contains("stem/conv … blocks/10/project_bn"))
        // Narrow before it: computed again rather than kept.
        #expect(short.output.contains("blocks/11/expand_con… blocks/11/expand_bn"))
        #expect(short.output.contains("blocks/11/depthwise_conv … head/bn"))
        #expect(short.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let long = try graft.run("plan", "photos", "--unfreeze", "0.3", "--layers")
        #expect(long.code == 0, "\(long.errors)")
        #expect(long.output.contains("  blocks/12/expand_bn ") && !long.output.contains(" … "))
        #expect(long.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func evaluateRefusesAClassThatTheModelDoesNotKnow() throws {
        _ = try train()
        try Pictures.makeClasses(["blue", "violet"], count: 2, in: graft.folder + "/others")
        let outcome = try graft.run("evaluate", "photos.graft", "others")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("others has the class violet, which the model does not know"))
    }

    @Test func predictTakesFilesFoldersAndLists() throws {
        _ = try train()
        let names = ["with space.png", "grün.png", "-dash.png"]
        for (index, name) in names.enumerated() {
            try Pictures.png(colour: (30, 60, 200), seed: UInt64(900 + index))
                .write(to: URL(filePath: "\(graft.folder)/\(name)"))
        }
        let listed = try graft.run(
            "predict", "photos.graft", "-", "--json", input: names.joined(separator: "\n") + "\n")
        #expect(listed.code == 0, "\(listed.errors)")
        let answers = try listed.objects()
        #expect(answers.map { $0["image"] as? String } == names)
        for answer in answers {
            let predictions = try #require(answer["predictions"] as? [[String: Any]])
            #expect(predictions.count == 1)
            #expect(predictions[0]["label"] as? String == "blue")
        }
        let folder = try graft.run("predict", "photos.graft", "photos", "--top", "9", "--json")
        let all = try folder.objects()
        #expect(all.count == 24)
        for answer in all {
            let predictions = try #require(answer["predictions"] as? [[String: Any]])
            let probabilities = predictions.compactMap { $0["probability"] as? Double }
            #expect(probabilities.count == 2 && probabilities[0] >= probabilities[1])
        }
    }

    @Test func predictNamesABadFileAndAnswersForTheOthers() throws {
        _ = try train()
        try Data("text".utf8).write(to: URL(filePath: graft.folder + "/bad.jpg"))
        let outcome = try graft.run(
            "predict", "photos.graft", "bad.jpg", "photos/red/1.png", "gone.png", "--json")
        #expect(outcome.code == 1)
        let answers = try outcome.objects()
        #expect((answers[0]["error"] as? String)?.hasPrefix("bad.jpg is not a picture") == true)
        #expect(answers[1]["predictions"] != nil)
        #expect((answers[2]["error"] as? String)?.hasPrefix("gone.png does not exist") == true)
        #expect(outcome.errors.contains("2 of 3 files could not be used."))
    }

    @Test func verifyProvesAWholeModelAndADamagedOneIsNamed() throws {
        _ = try train()
        #expect(try graft.run("verify", "photos.graft").code == 0)
        #expect(try graft.run("verify", "photos.graft", "--precision", "f32").code == 0)
        for name in ["bundle.json", "weights.safetensors", "golden.safetensors", "CHECKSUMS"] {
            let url = URL(filePath: "\(graft.folder)/photos.graft/\(name)")
            let whole = try Data(contentsOf: url)
            var flipped = whole
            flipped[flipped.count / 2] ^= 1
            try flipped.write(to: url)
            for command in [["verify", "photos.graft"], ["predict", "photos.graft", "photos/red/1.png"]] {
                let outcome = graft.finish(try graft.start(command))
                #expect(outcome.code == 1, "\(name)")
                // A wrong digest may as well be the fault of CHECKSUMS, which is named too.
                #expect(
                    outcome.errors.contains(name) && outcome.errors.contains("is damaged"),
                    "\(outcome.errors)")
            }
            try FileManager.default.removeItem(at: url)
            let missing = try graft.run("verify", "photos.graft")
            #expect(missing.code == 1 && missing.errors.contains(name), "\(missing.errors)")
            try whole.write(to: url)
        }
        #expect(try graft.run("verify", "photos.graft").code == 0)
    }

    @Test func pathThatIsNoModelIsToldSo() throws {
        for (path, sentence) in [
            ("missing.graft", "missing.graft"), ("photos", "photos"), ("photos/red/1.png", "1.png"),
        ] {
            let outcome = try graft.run("evaluate", path, "photos")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func processorWithoutBFloat16UsesF32() throws {
        let old = ["ONEDNN_MAX_CPU_ISA": "AVX2"]
        let outcome = try graft.run(
            "train", "photos", "--recipe", "features", "--epochs", "2", environment: old)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("224 px, f32"))
        #expect(try graft.run("predict", "photos.graft", "photos/red/1.png", environment: old).code == 0)
        let forced = try graft.run(
            "train", "photos", "--recipe", "features", "--precision", "bf16", environment: old)
        #expect(forced.code == 1)
        #expect(forced.errors.contains("bf16 cannot be computed on this processor"), "\(forced.errors)")
    }
}
