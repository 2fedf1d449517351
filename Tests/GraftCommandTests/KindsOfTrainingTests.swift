import Foundation
import GraftModels
import GraftNetworks
import GraftTensors
import GraftTraining
import Testing

/// Numbers, several classes a picture, and settings that change what is trained, from data to prediction.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights)) struct KindsOfTrainingTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
    }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(graft.folder)/\(name)"))
    }

    private func succeed(_ arguments: String...) throws -> GraftProcess.Outcome {
        let outcome = graft.finish(try graft.start(arguments))
        try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private func model(_ name: String) throws -> ModelBundle {
        try ModelBundle.load("\(graft.folder)/\(name)")
    }

    @Test func numbersAreLearnedEvaluatedAndPredictedInTheirOwnUnits() throws {
        // Weight in grams: 1000 for black, 3000 for white.
        var lines = ["path,grams"]
        for number in 0..<60 {
            let level = UInt8(20 + number * 215 / 60)
            let picture = Pictures.png(colour: (level, level, level), seed: UInt64(number))
            try picture.write(to: URL(filePath: "\(graft.folder)/\(number).png"))
            lines.append("\(number).png,\(1000 + 2000 * Double(level) / 255)")
        }
        try write(lines.joined(separator: "\n"), to: "list.csv")
        _ = try succeed("train", "list.csv", "-o", "m.graft", "--recipe", "features", "--epochs", "60")
        let words = try succeed("evaluate", "m.graft", "list.csv", "--include-training")
        #expect(words.output.contains("grams") && words.output.contains("off by"), "\(words.output)")
        #expect(!words.output.contains("top-1"))
        let evaluation = try #require(
            succeed("evaluate", "m.graft", "list.csv", "--include-training", "--json").objects().first)
        let numbers = try #require(evaluation["numbers"] as? [[String: Any]])
        let errors = try #require(numbers.first?["errors"] as? [String: Any])
        let mean = try #require(errors["meanAbsolute"] as? Double)
        #expect(mean > 0.1 && mean < 200, "\(mean) g")
        let line = try #require(succeed("predict", "m.graft", "30.png", "--json").objects().first)
        let found = try #require((line["numbers"] as? [[String: Any]])?.first)
        #expect(found["name"] as? String == "grams")
        let value = try #require(found["value"] as? Double)
        #expect(abs(value - 2000) < 400, "\(value)")
        #expect(try succeed("predict", "m.graft", "30.png").output.contains("grams "))
        let views = try graft.run("predict", "m.graft", "30.png", "--tta", "4")
        #expect(views.code == 1 && views.errors.contains("leave out --tta"), "\(views.errors)")
        let top = try graft.run("predict", "m.graft", "30.png", "--top", "2")
        #expect(top.code == 64 && top.errors.contains("--top has no effect on a model of numbers."))
        #expect(try succeed("verify", "m.graft").output.contains("numbers"))
    }

    @Test func severalClassesAPictureAreLearnedAndNamed() throws {
        var lines: [String] = []
        let kinds: [((UInt8, UInt8, UInt8), String)] = [
            ((220, 20, 20), #"["red"]"#), ((20, 20, 220), #"["blue"]"#),
            ((220, 20, 220), #"["blue", "red"]"#), ((10, 10, 10), "[]"),
        ]
        for number in 0..<64 {
            let (colour, labels) = kinds[number % 4]
            try Pictures.png(colour: colour, seed: UInt64(number)).write(
                to: URL(filePath: "\(graft.folder)/\(number).png"))
            lines.append(#"{"path": "\#(number).png", "labels": \#(labels)}"#)
        }
        try write(lines.joined(separator: "\n"), to: "list.jsonl")
        _ = try succeed(
            "train", "list.jsonl", "-o", "m.graft", "--recipe", "features", "--learning-rate", "0.02")
        let evaluation = try #require(succeed("evaluate", "m.graft", "list.jsonl", "--json").objects().first)
        let precision = try #require(evaluation["meanAveragePrecision"] as? Double)
        #expect(precision > 0.9)
        #expect(try succeed("evaluate", "m.graft", "list.jsonl").output.contains("mAP"))
        func labels(_ number: Int) throws -> [String] {
            let line = try #require(succeed("predict", "m.graft", "\(number).png", "--json").objects().first)
            let found = try #require(line["predictions"] as? [[String: Any]])
            return found.compactMap { $0["label"] as? String }.sorted()
        }
        #expect(try labels(0) == ["red"])
        #expect(try labels(1) == ["blue"])
        #expect(try labels(2) == ["blue", "red"])
        #expect(try labels(3) == [])
        #expect(try succeed("predict", "m.graft", "3.png").output.contains("nothing"))
        _ = try succeed("verify", "m.graft")
    }

    @Test func classesInFileNamesGreyPicturesWholePicturesAndWideHeadsAreTrained() throws {
        try Pictures.makeClasses(["blue", "red"], count: 10, in: graft.folder + "/made")
        try FileManager.default.createDirectory(
            atPath: graft.folder + "/flat", withIntermediateDirectories: true)
        for name in ["blue", "red"] {
            for number in 0..<10 {
                try FileManager.default.moveItem(
                    atPath: "\(graft.folder)/made/\(name)/\(number).png",
                    toPath: "\(graft.folder)/flat/\(name).\(number).png")
            }
        }
        _ = try succeed(
            "train", "flat", "--labels-from", "{label}.*.png", "-o", "m.graft", "--recipe", "features",
            "--grey", "sum", "--resize", "whole", "--head", "flatten-256", "--input-size", "64", "--epochs",
            "3")
        let bundle = try model("m.graft")
        #expect(bundle.classes == ["blue", "red"])
        #expect(bundle.network.parameters.contains { $0.shape.dimensions.first == 256 })
        _ = try succeed("verify", "m.graft")
        _ = try succeed("predict", "m.graft", "flat/red.1.png")
    }

    private static func stage(_ train: String, _ lines: String...) -> String {
        "name: one\nstages:\n  - name: first\n    train: \(train)\n    epochs: 1\n    batch-size: 8\n    learning-rate: 1e-3\n"
            + lines.map { "    \($0)\n" }.joined()
    }

    /// Trains a recipe, and tells of each parameter whether it is what a model of the head alone has.
    private func unchanged(_ recipe: String) throws -> (ModelBundle, [String: Bool]) {
        try Pictures.makeClasses(["blue", "red"], count: 10, in: graft.folder + "/photos")
        try write(recipe, to: "r.yaml")
        try write(Self.stage("head"), to: "head.yaml")
        _ = try succeed(
            "train", "photos", "-o", "m.graft", "--recipe", "r.yaml", "--input-size", "64", "--precision",
            "f32")
        _ = try succeed(
            "train", "photos", "-o", "h.graft", "--recipe", "head.yaml", "--input-size", "64", "--precision",
            "f32")
        let (one, head) = (try model("m.graft"), try model("h.graft"))
        var result: [String: Bool] = [:]
        for name in one.parameters.names { result[name] = one.parameters[name] == head.parameters[name] }
        return (one, result)
    }

    @Test func everyParameterMovesWhereEverythingIsTrainedWithBatchStatistics() throws {
        let (bundle, unchanged) = try unchanged(
            Self.stage(
                "all", "batch-norm: train", "mixup: 0.2", "label-smoothing: 0.1", "class-weights: balanced"))
        for parameter in bundle.network.parameters {
            #expect(unchanged[parameter.name] == false, "\(parameter.name)")
        }
    }

    @Test func storedStatisticsStayWhereEverythingElseMoves() throws {
        let (bundle, unchanged) = try unchanged(
            Self.stage("all", "cutmix: 1", "class-weights: {red: 2}", "augment: flip"))
        for parameter in bundle.network.parameters {
            #expect(unchanged[parameter.name] == !parameter.role.hasGradient, "\(parameter.name)")
        }
    }

    @Test func frozenLayersInsideAResidualBlockStayAndTheirNeighboursMove() throws {
        let (bundle, unchanged) = try unchanged(
            Self.stage("{layers: [blocks/13/depthwise_conv, \"blocks/14/*\"]}"))
        for parameter in bundle.network.parameters {
            let isTrained =
                parameter.role.hasGradient
                && (parameter.node == "blocks/13/depthwise_conv" || parameter.node.hasPrefix("blocks/14/")
                    || parameter.node.hasPrefix("top/"))
            #expect(unchanged[parameter.name] == !isTrained, "\(parameter.name)")
        }
    }

    @Test func trainingFromScratchTakesNothingOfThePublishedWeights() throws {
        try Pictures.makeClasses(["blue", "red"], count: 10, in: graft.folder + "/photos")
        _ = try succeed(
            "train", "photos", "-o", "m.graft", "--recipe", "from-scratch", "--epochs", "6", "--input-size",
            "64")
        let bundle = try model("m.graft")
        #expect(bundle.trunk.weightsOrigin == "random")
        #expect(Set(bundle.stages[0].trainedNodes).count > 50)
    }

    // MARK: Plans

    @Test func planTellsEveryLayerAndWritesNothing() throws {
        try Pictures.makeClasses(["blue", "red"], count: 10, in: graft.folder + "/photos")
        try write(
            Self.stage(
                "{from: blocks/15/expand_conv}", "batch-norm: train",
                "rates: [{layers: [head], learning-rate: 0.01}]"), to: "r.yaml")
        let home = try FileManager.default.subpathsOfDirectory(atPath: graft.folder + "/home").sorted()
        let outcome = try succeed(
            "plan", "photos", "--recipe", "r.yaml", "--input-size", "64", "--json")
        let outline = try #require(outcome.objects().first)
        let stage = try #require((outline["stages"] as? [[String: Any]])?.first)
        let layers = try #require(stage["layers"] as? [[String: Any]])
        var isAfter = false
        for layer in layers {
            let name = try #require(layer["name"] as? String)
            if name == "blocks/15/expand_conv" { isAfter = true }
            #expect(layer["isTrained"] as? Bool == isAfter, "\(name)")
            let rate = layer["learningRate"] as? Double
            let expected: Double? = !isAfter ? nil : name.hasPrefix("top/") ? 0.01 : 1e-3
            #expect(
                (rate == nil) == (expected == nil) && abs((rate ?? 0) - (expected ?? 0)) < 1e-6, "\(name)")
            if layer["operation"] as? String == "BatchNormalization" || layer["statistics"] != nil {
                #expect(layer["statistics"] as? String == (isAfter ? "batch" : "stored"), "\(name)")
            }
        }
        #expect(isAfter)
        let trained = layers.filter { $0["isTrained"] as? Bool == true }
            .compactMap { $0["parameters"] as? Int }.reduce(0, +)
        #expect(stage["trainedParameters"] as? Int == trained)
        let words = try succeed("train", "photos", "--recipe", "r.yaml", "--input-size", "64", "--dry-run")
        for line in words.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(try graft.names() == ["photos", "r.yaml"])
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: graft.folder + "/home").sorted() == home)
    }

    @Test(arguments: [
        (
            stage("head", "batch-norm: train"),
            "batch-norm is train, which has no effect where the head alone is trained. Leave it out."
        ),
        (
            stage("{layers: [blocks/3/project_conv]}", "batch-norm: train"),
            "Stage first sets batch-norm: train, but trains no BatchNorm"
        ),
        (
            stage("head", "rates: [{layers: [\"blocks/3/*\"], learning-rate: 1e-4}]"),
            "stage first: rates: \"blocks/3/*\" fits only layers that are frozen"
        ),
        (stage("{layers: [blocks/99/conv]}"), "\"blocks/99/conv\" fits no layer of efficientnet_lite0"),
    ]) func settingWithoutEffectIsAnError(recipe: String, sentence: String) throws {
        try Pictures.makeClasses(["blue", "red"], count: 10, in: graft.folder + "/photos")
        try write(recipe, to: "r.yaml")
        for command in ["plan", "train"] {
            let outcome = try graft.run(command, "photos", "--recipe", "r.yaml")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
        }
        #expect(try graft.names() == ["photos", "r.yaml"])
    }
}
