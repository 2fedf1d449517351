import Foundation
import GraftExecution
import GraftModels
import Testing

/// `--precision int8`.
@Suite(
    .enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights),
    .enabled(if: Precision.int8.isSupported, "the processor has no eight-bit products"))
struct EightBitTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 12, in: graft.folder + "/photos")
    }

    private func train(_ name: String, _ arguments: String...) throws -> [[String: Any]] {
        let all =
            ["train", "photos", "-o", name, "--epochs", "4", "--precision", "int8", "--json"] + arguments
        let outcome = graft.finish(try graft.start(all))
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.objects()
    }

    private func weights(_ model: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(graft.folder)/\(model)/weights.safetensors"))
    }

    @Test func modelIsCalibratedAndComputesAsItWasTrained() throws {
        let events = try train("m.graft", "--recipe", "features")
        let calibrated = try #require(events.first { $0["event"] as? String == "calibrated" })
        #expect(calibrated["allConvolutions"] as? Int == 49)
        #expect(calibrated["convolutions"] as? Int ?? 0 > 0)
        #expect(calibrated["pictures"] as? Int == 24)
        let model = try ModelBundle.load("\(graft.folder)/m.graft")
        #expect(model.trunk.precision == .int8)
        #expect(model.quantization?.convolutions.count == calibrated["convolutions"] as? Int)

        let golden = try graft.run("verify", "m.graft")
        #expect(golden.code == 0)
        #expect(golden.output.contains("3 inputs in int8, saved in int8: the same probabilities"))
        #expect(try graft.run("verify", "m.graft", "--precision", "f32").code == 0)
        let evaluation = try graft.run("evaluate", "m.graft", "photos", "--json").objects()
        #expect(evaluation.last?["top1"] as? Double == 1)
        let exact = try graft.run("evaluate", "m.graft", "photos", "--precision", "f32", "--json").objects()
        #expect(exact.last?["top1"] as? Double == 1)
        #expect(exact.last?["loss"] as? Double != evaluation.last?["loss"] as? Double)
    }

    @Test func secondTrainingFindsGridsAndFeatures() throws {
        _ = try train("m.graft", "--recipe", "features")
        let files = try FileManager.default.contentsOfDirectory(atPath: graft.folder + "/home/calibrations")
        #expect(files.count == 1)
        let events = try train("again.graft", "--recipe", "features")
        let last = try #require(events.last { $0["event"] as? String == "features" })
        #expect(last["cached"] as? Int == 24)
        #expect(try weights("m.graft") == weights("again.graft"))
        // What is damaged is found out again, to the same grids.
        try Data("{}".utf8).write(to: URL(filePath: graft.folder + "/home/calibrations/" + files[0]))
        let third = try train("third.graft", "--recipe", "features", "--threads", "1")
        #expect(third.last { $0["event"] as? String == "features" }?["cached"] as? Int == 24)
        // Features in bf16 or f32 are others.
        let floating = try graft.run(
            "train", "photos", "-o", "f.graft", "--recipe", "features", "--precision", "auto", "--json"
        ).objects()
        #expect(floating.last { $0["event"] as? String == "features" }?["cached"] as? Int == 0)
    }

    @Test func whatIsTrainedIsNotInEightBits() throws {
        _ = try train("m.graft", "--unfreeze", "blocks/14/expand_conv", "--unfrozen-epochs", "2")
        let model = try ModelBundle.load("\(graft.folder)/m.graft")
        #expect(model.stages.last?.isKept == true)
        let quantization = try #require(model.quantization)
        #expect(!quantization.convolutions.isEmpty)
        #expect(quantization.convolutions.isDisjoint(with: model.trainedNodes))
        #expect(!quantization.convolutions.contains("head/conv"))
        #expect(try graft.run("verify", "m.graft").code == 0)
    }

    @Test func processorWithoutEightBitsUsesFloatingPoint() throws {
        _ = try train("m.graft", "--recipe", "features")
        let old = ["ONEDNN_MAX_CPU_ISA": "AVX"]
        let outcome = try graft.run("predict", "m.graft", "photos/red/1.png", "--json", environment: old)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let predictions = try #require(outcome.objects().first?["predictions"] as? [[String: Any]])
        #expect(predictions.first?["label"] as? String == "red")
        let forced = try graft.run(
            "predict", "m.graft", "photos/red/1.png", "--precision", "int8", environment: old)
        #expect(forced.code == 1)
        #expect(
            forced.errors.contains(
                "int8 cannot be computed on this processor; expected one with AVX2, AVX-512 or AMX."),
            "\(forced.errors)")
    }

    @Test func impossibleWishesAreErrors() throws {
        _ = try graft.run("train", "photos", "-o", "m.graft", "--recipe", "features", "--epochs", "1")
        for (arguments, message) in [
            (
                ["evaluate", "m.graft", "photos"],
                "The model was not calibrated for int8. Use bf16, f32 or auto, or train it with --precision int8."
            ),
            (
                ["predict", "m.graft", "photos/red/1.png"],
                "The model was not calibrated for int8. Use bf16, f32 or auto, or train it with --precision int8."
            ),
            (
                ["train", "photos", "-o", "n.graft", "--recipe", "from-scratch"],
                "The precision int8 has no effect: recipe from-scratch freezes no convolution. Use bf16, f32 or auto."
            ),
            (
                ["predict", "--pretrained", "efficientnet_lite0", "photos/red/1.png"],
                "The precision int8 needs pictures to calibrate the network on. "
                    + "Use bf16, f32 or auto, or train a model with --precision int8."
            ),
        ] {
            let outcome = graft.finish(try graft.start(arguments + ["--precision", "int8"]))
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    @Test func speedIsMeasured() throws {
        let outcome = try graft.run(
            "models", "mobilenet_v1_025", "--measure", "--precision", "int8", "--no-top", "--json")
        let measured = try #require(outcome.objects().first?["measured"] as? [[String: Any]])
        #expect(measured.first?["precision"] as? String == "int8")
        #expect(measured.first?["picturesPerSecond"] as? Double ?? 0 > 0)
    }
}
