import Foundation
import GraftModels
import Testing

/// Reports, explanations, comparisons, and what the doctor says of pictures beside each other.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights)) struct InsightCommandTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try graft.linkWeights()
        try Pictures.makeClasses(["blue", "red"], count: 30, in: graft.folder + "/photos")
    }

    private func train(_ name: String, _ arguments: String...) throws -> [[String: Any]] {
        let outcome = graft.finish(
            try graft.start(["train", "photos", "-o", name, "--recipe", "features", "--json"] + arguments))
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.objects()
    }

    private func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(graft.folder)/\(file)")), as: UTF8.self)
    }

    @Test func trainingWritesAReportAndACard() throws {
        let events = try train("m.graft")
        let last = try #require(events.last)
        #expect(last["report"] as? String == "m.graft/report.html")
        let page = try text("m.graft/report.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("This model tells 2 classes apart"))
        #expect(!page.contains("http://") && !page.contains("https://"))
        #expect(try text("m.graft/README.md").contains("library_name: graft"))
        // Neither takes part in what the model is.
        #expect(try graft.run("verify", "m.graft").code == 0)
        try Data("changed".utf8).write(to: URL(filePath: "\(graft.folder)/m.graft/report.html"))
        #expect(try graft.run("verify", "m.graft").code == 0)
        // A model with its pages is replaced like any other.
        #expect(try train("m.graft", "--seed", "3").last?["report"] as? String == "m.graft/report.html")

        let again = try graft.run(
            "report", "m.graft", "photos", "--include-training", "-o", "page.html", "--json")
        #expect(again.code == 0, "\(again.errors)")
        #expect(try again.objects().last?["report"] as? String == "page.html")
        #expect(try text("page.html").contains("60 labelled pictures"))
    }

    @Test func evaluationTellsWhatProgramsNeed() throws {
        _ = try train("m.graft")
        let outcome = try graft.run(
            "evaluate", "m.graft", "photos", "--include-training", "--report", "evaluated.html", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let result = try #require(outcome.objects().last)
        let classes = try #require(result["perClass"] as? [[String: Any]])
        #expect(classes.map { $0["name"] as? String } == ["blue", "red"])
        #expect(classes.allSatisfy { $0["support"] as? Int == 30 && $0["f1"] is Double })
        let confusion = try #require(result["confusion"] as? [String: Any])
        #expect((confusion["counts"] as? [[Int]])?.flatMap { $0 }.reduce(0, +) == 60)
        #expect((result["macro"] as? [String: Any])?["f1"] is Double)
        #expect((result["calibration"] as? [String: Any])?["band"] is [Double])
        #expect(result["top1"] is Double && result["classes"] is [[String: Any]])
        #expect(try text("evaluated.html").hasPrefix("<!DOCTYPE html>"))
    }

    @Test func pictureOfSomethingElseIsUnlike() throws {
        // Enough validation pictures to know how far these are from the others.
        try Pictures.makeClasses(["blue", "red"], count: 60, in: graft.folder + "/more")
        let outcome = graft.finish(
            try graft.start(["train", "more", "-o", "m.graft", "--recipe", "features", "--json"]))
        #expect(outcome.code == 0, "\(outcome.errors)")
        try Pictures.png(colour: (90, 200, 90), seed: 3).write(to: URL(filePath: "\(graft.folder)/green.png"))
        let told = try graft.run("predict", "m.graft", "green.png", "--json")
        #expect(try told.objects().first?["unlike"] as? Bool == true, "\(told.output)")
        let words = try graft.run("predict", "m.graft", "green.png")
        #expect(words.output.contains("unlike anything it was trained on"))
        let silent = try graft.run("predict", "m.graft", "green.png", "--no-reject", "--json")
        #expect(try silent.objects().first?["unlike"] == nil)
        let own = try graft.run("predict", "m.graft", "more/red/7.png", "--json")
        #expect(try own.objects().first?["unlike"] == nil)
        let useless = try graft.run("predict", "m.graft", "green.png", "--no-reject", "--tta", "2")
        #expect(useless.code == 64)
    }

    @Test func explanationIsDrawn() throws {
        _ = try train("m.graft")
        let outcome = try graft.run(
            "explain", "m.graft", "photos/red/1.png", "photos/blue/1.png", "-o", "maps", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = try outcome.objects()
        #expect(lines.map { $0["output"] as? String } == ["maps/1.png", "maps/1-2.png"])
        let map = try #require(lines[0]["map"] as? [String: Any])
        #expect(map["height"] as? Int == 7 && (map["values"] as? [Double])?.count == 49)
        #expect(try Data(contentsOf: URL(filePath: "\(graft.folder)/maps/1.png")).count > 1000)
        let unknown = try graft.run("explain", "m.graft", "photos/red/1.png", "--class", "green")
        #expect(unknown.code == 1 && unknown.errors.contains("green"))
        try Data("text".utf8).write(to: URL(filePath: "\(graft.folder)/bad.png"))
        let bad = try graft.run("explain", "m.graft", "bad.png", "photos/red/1.png")
        #expect(bad.code == 1 && bad.errors.contains("bad.png"))
    }

    @Test func exportIsProvedOrSaysThatItIsNot() throws {
        _ = try train("m.graft")
        let outcome = try graft.run("export", "m.graft", "--no-proof", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let line = try #require(outcome.objects().last)
        #expect(line["file"] as? String == "m.onnx" && line["reader"] == nil && line["pictures"] as? Int == 0)
        let bytes = try Data(contentsOf: URL(filePath: "\(graft.folder)/m.onnx"))
        #expect(bytes.count == line["bytes"] as? Int && bytes.count > 13_000_000)
        // A Python that answers something else: no file takes its place.
        let python = "\(graft.folder)/python"
        let answers = "{\"reader\": \"a liar 1.0\", \"answers\": [[0.3, 0.7], [0.3, 0.7], [0.3, 0.7]]}"
        try Data("#!/bin/sh\necho '\(answers)'\n".utf8).write(to: URL(filePath: python))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
        let refused = try graft.run(
            "export", "m.graft", "-o", "n.onnx", environment: ["GRAFT_PYTHON": python])
        #expect(refused.code == 1 && refused.errors.contains("answers otherwise in a liar 1.0"))
        let failing = try graft.run(
            "export", "m.graft", "-o", "n.onnx", environment: ["GRAFT_PYTHON": "/bin/false"])
        #expect(failing.code == 1 && failing.errors.contains("cannot be proved"))
        let left = try FileManager.default.contentsOfDirectory(atPath: graft.folder)
        #expect(!left.contains { $0.contains("n.onnx") || $0.contains("partial") }, "\(left)")
        let missing = try graft.run(
            "export", "m.graft", "--check", "gone.onnx", environment: ["GRAFT_PYTHON": python])
        #expect(missing.code == 1 && missing.errors.contains("gone.onnx does not exist"))
        #expect(try graft.run("export", "m.graft", "--no-proof", "--check", "m.onnx").code == 64)
        #expect(try graft.run("export", "m.graft", "--no-proof", "photos").code == 64)
    }

    @Test func featuresAreWrittenInEachFormat() throws {
        _ = try train("m.graft")
        let model = try graft.run("embed", "m.graft", "photos", "-o", "f.csv", "--json")
        #expect(model.code == 0, "\(model.errors)")
        let told = try #require(model.objects().last)
        #expect(told["rows"] as? Int == 60 && told["columns"] as? Int == 1280)
        let lines = try text("f.csv").split(separator: "\n")
        #expect(lines.count == 61 && lines[0].hasPrefix("path,label,f0,f1,"))
        #expect(lines[1].hasPrefix("blue/0.png,blue,"))
        let network = try graft.run("embed", "efficientnet_lite0", "photos", "-o", "f.npy", "--normalize")
        #expect(network.code == 0, "\(network.errors)")
        let bytes = try Data(contentsOf: URL(filePath: "\(graft.folder)/f.npy"))
        #expect(bytes.count == 128 + 60 * 1280 * 4)
        let first = bytes.dropFirst(128).prefix(1280 * 4)
        let numbers = stride(from: first.startIndex, to: first.endIndex, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(first[place + $1]) << UInt32(8 * $1) })
        }
        #expect(abs(numbers.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        #expect(try graft.run("embed", "m.graft", "photos", "-o", "f.safetensors").code == 0)
        let wrong = try graft.run("embed", "m.graft", "photos", "-o", "f.txt")
        #expect(wrong.code == 1 && wrong.errors.contains(".npy, .safetensors or .csv"))
        #expect(try graft.run("embed", "no_such_network", "photos").code == 1)
    }

    @Test func modelsAreComparedOnTheSamePictures() throws {
        _ = try train("a.graft")
        _ = try train("b.graft", "--seed", "5", "--epochs", "1")
        let outcome = try graft.run("compare", "a.graft", "b.graft", "photos", "--include-training", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let result = try #require(outcome.objects().last)
        #expect(result["images"] as? Int == 60)
        let test = try #require(result["mcnemar"] as? [String: Any])
        #expect(test["b"] is Int && test["c"] is Int && test["p"] is Double)
        let words = try graft.run("compare", "a.graft", "a.graft", "photos", "--include-training")
        #expect(
            words.output.contains("1.000 of the answers are the same") && words.output.contains("p = 1.000"))
    }

    @Test func doctorFindsAPlantedLabelAndWritesAListWithoutIt() throws {
        try FileManager.default.copyItem(
            atPath: "\(graft.folder)/photos/red/4.png", toPath: "\(graft.folder)/photos/blue/copy.png")
        try Pictures.png(colour: (200, 30, 30), seed: 77_777).write(
            to: URL(filePath: "\(graft.folder)/photos/blue/wrong.png"))
        let outcome = try graft.run("doctor", "photos", "--write-list", "clean.csv", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let findings = try #require(outcome.objects().last?["findings"] as? [[String: Any]])
        let wrong = findings.filter { $0["kind"] as? String == "wrongLabel" }
        #expect(
            wrong.contains {
                $0["path"] as? String == "blue/wrong.png" && $0["severity"] as? String == "warning"
            })
        #expect(wrong.allSatisfy { $0["score"] is Double })
        // Only the level of the pictures tells these classes apart, and it does.
        #expect(findings.contains { $0["kind"] as? String == "revealing" })
        let list = try text("clean.csv")
        #expect(list.hasPrefix("path,label\n"))
        #expect(!list.contains("wrong.png") && !list.contains("copy.png"))
        #expect(list.contains("photos/red/0.png,red\n"))
        let trained = try graft.run("train", "clean.csv", "-o", "c.graft", "--recipe", "features")
        #expect(trained.code == 0, "\(trained.errors)")
        let quick = try graft.run("doctor", "photos", "--quick", "--json")
        let kinds = try #require(quick.objects().last?["findings"] as? [[String: Any]]).map {
            $0["kind"] as? String
        }
        #expect(!kinds.contains("wrongLabel") && kinds.contains("revealing"))
        #expect(try graft.run("doctor", "photos", "--quick", "--base", "resnet18").code == 64)
        #expect(try graft.run("doctor", "photos", "--write-list", "clean.txt").code == 64)
    }
}
