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
        // Twelve validation pictures are enough for 0.9, and for no more than 0.923.
        let coverage = try #require(result["coverage"] as? [String: Any])
        #expect(coverage["asked"] as? Double == 0.9 && coverage["found"] is Double)
        #expect((coverage["band"] as? [Double])?.count == 2 && coverage["classes"] is Double)
        #expect(try text("evaluated.html").hasPrefix("<!DOCTYPE html>"))
    }

    @Test func adviceIsARecipeThatTrainingTakes() throws {
        let outcome = try graft.run("advise", "photos", "-o", "advised.yaml", "--budget", "60s", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let advice = try #require(outcome.objects().last)
        #expect(advice["event"] as? String == "advice" && advice["base"] as? String == "efficientnet_lite0")
        let expected = try #require(advice["expected"] as? [String: Any])
        #expect(expected["top1"] is Double && (expected["interval"] as? [Double])?.count == 2)
        let recipe = try #require(advice["recipe"] as? [String: Any])
        #expect(recipe["name"] as? String == "advised" && recipe["stages"] is [[String: Any]])
        #expect((advice["depths"] as? [[String: Any]])?.count == 5)
        #expect(try text("advised.yaml").contains("base: efficientnet_lite0"))
        // What it says of the network is kept, and no option changes it unseen.
        let trained = graft.finish(
            try graft.start(["train", "photos", "--recipe", "advised.yaml", "-o", "a.graft", "--json"]))
        #expect(trained.code == 0, "\(trained.errors)")
        let other = try graft.run("train", "photos", "--recipe", "advised.yaml", "--base", "resnet50")
        #expect(other.code == 64 && other.errors.contains("--base has no effect"))
        let size = try graft.run("plan", "photos", "--recipe", "advised.yaml", "--input-size", "96")
        #expect(size.code == 64 && size.errors.contains("--input-size has no effect"))
        #expect(try graft.run("advise", "photos", "-o", "advised.txt").code == 64)
        #expect(try graft.run("advise", "photos", "--bases", "no_such_network").code == 1)
        let missing = try graft.run("advise", "photos", "--bases", "resnet50")
        #expect(missing.code == 1 && missing.errors.contains("graft weights pull"))
        try Pictures.makeClasses(["blue", "red"], count: 4, in: graft.folder + "/few")
        let few = try graft.run("advise", "few")
        #expect(few.code == 1 && few.errors.contains("8 pictures"))
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

    @Test func setsHoldTheRightClassAsOftenAsAskedFor() throws {
        _ = try train("m.graft")
        let told = try graft.run("predict", "m.graft", "photos/red/1.png", "--coverage", "0.9", "--json")
        #expect(told.code == 0 && told.errors.contains("12 validation pictures"), "\(told.errors)")
        #expect(try told.objects().first?["set"] as? [String] == ["red"])
        let words = try graft.run("predict", "m.graft", "photos/red/1.png", "--coverage", "0.9")
        #expect(words.output.contains("among: red"))
        let many = try graft.run("predict", "m.graft", "photos/red/1.png", "--coverage", "0.95")
        #expect(many.code == 1 && many.errors.contains("at least 19"))
        #expect(try graft.run("predict", "m.graft", "photos/red/1.png", "--coverage", "1").code == 64)
        #expect(
            try graft.run("predict", "m.graft", "photos/red/1.png", "--coverage", "0.9", "--tta", "2").code
                == 64)
    }

    @Test func picturesAreFoundByLikeness() throws {
        _ = try train("m.graft")
        let own = try graft.run("similar", "m.graft", "photos/red/1.png", "-n", "3", "--json")
        #expect(own.code == 0, "\(own.errors)")
        #expect(try own.objects().map { $0["label"] as? String } == ["red", "red", "red"])
        let found = try graft.run("similar", "m.graft", "photos/blue/2.png", "photos", "-n", "5", "--json")
        #expect(found.code == 0, "\(found.errors)")
        let matches = try found.objects()
        #expect(matches.first?["path"] as? String == "photos/blue/2.png")
        #expect(matches.compactMap { $0["label"] as? String } == Array(repeating: "blue", count: 5))
        let likeness = matches.compactMap { $0["similarity"] as? Double }
        #expect(likeness[0] > 0.999 && likeness == likeness.sorted(by: >))
        #expect(try graft.run("similar", "m.graft", "m.graft/bundle.json").code == 1)
        #expect(try graft.run("similar", "m.graft", "photos/red/1.png", "--task", "regression").code == 64)

        // Which of some pictures to label next: a list that training takes.
        let next = try graft.run("active", "m.graft", "photos", "-n", "20", "-o", "next.csv", "--json")
        #expect(next.code == 0, "\(next.errors)")
        let chosen = try next.objects()
        #expect(chosen.count == 20 && chosen.allSatisfy { $0["uncertainty"] is Double })
        #expect(try text("next.csv").hasPrefix("path,label\nphotos/"))
        #expect(try graft.run("doctor", "next.csv", "--quick").output.contains("20 pictures"))
        #expect(try graft.run("active", "m.graft", "photos", "-o", "next.txt").code == 64)
    }

    @Test func eventsForTensorBoardAreWritten() throws {
        _ = try train("m.graft", "--tensorboard", "board")
        let files = try FileManager.default.contentsOfDirectory(atPath: graft.folder + "/board")
        #expect(files.count == 1 && files[0].hasPrefix("events.out.tfevents."))
        let bytes = try Data(contentsOf: URL(filePath: "\(graft.folder)/board/\(files[0])"))
        for tag in [
            "head/validation top-1", "learning rates/head", "confusion matrix/image/0", "validation pictures",
        ] {
            #expect(bytes.range(of: Data(tag.utf8)) != nil, "\(tag)")
        }
        try Data("text".utf8).write(to: URL(filePath: "\(graft.folder)/file"))
        let refused = try graft.run("train", "photos", "--tensorboard", "file", "-o", "n.graft")
        #expect(refused.code == 1 && refused.errors.contains("file is there and is no folder"))
        #expect(try graft.run("train", "photos", "--tensorboard", "b", "--dry-run").code == 64)
    }

    @Test func trainingGoesOnFromAModel() throws {
        let recipe = """
            name: mine
            stages:
              - {name: head, train: head, epochs: 4}
              - {name: tune, train: {blocks: 1}, epochs: 1, learning-rate: 0.001}

            """
        try Data(recipe.utf8).write(to: URL(filePath: "\(graft.folder)/mine.yaml"))
        let first = graft.finish(
            try graft.start(["train", "photos", "--recipe", "mine.yaml", "-o", "m.graft", "--json"]))
        #expect(first.code == 0, "\(first.errors)")
        // A class more, whose pictures nobody has seen.
        try Pictures.makeClasses(["blue", "red", "other"], count: 45, in: graft.folder + "/more")
        let outcome = graft.finish(
            try graft.start(
                ["train", "more", "--from", "m.graft", "--recipe", "features", "-o", "n.graft", "--json"]))
        #expect(outcome.code == 0, "\(outcome.errors)")
        let last = try #require(outcome.objects().last)
        let start = try #require(last["start"] as? [String: Any])
        #expect(start["name"] as? String == "m.graft" && start["classes"] as? [String] == ["blue", "red"])
        let before = try #require(start["before"] as? [String: Any])
        let after = try #require(start["after"] as? [String: Any])
        // The pictures that it was trained on do not count, nor do those of the new class.
        let images = try #require(before["images"] as? Int)
        #expect(images > 0 && images < 18 && after["images"] as? Int == images)
        #expect(before["top1"] is Double && (after["top1"] as? Double ?? 0) >= 0.8)
        // What was trained before is no published weight: features are those of the tuned network.
        let validation = try #require(last["validation"] as? [String: Any])
        for arguments in [["--no-cache"], []] {
            let evaluated = graft.finish(
                try graft.start(["evaluate", "n.graft", "more", "--json"] + arguments))
            let loss = try #require(evaluated.objects().last?["loss"] as? Double)
            #expect(abs(loss - (validation["loss"] as? Double ?? -1)) < 1e-3)
        }
        #expect(try graft.run("verify", "n.graft").code == 0)
        // Not all classes are there any more.
        let fewer = graft.finish(
            try graft.start(
                ["train", "photos", "--from", "n.graft", "--recipe", "features", "-o", "o.graft"]))
        #expect(fewer.code == 0 && fewer.output.contains("no pictures of other"), "\(fewer.errors)")
        for wrong in [
            ["--base", "resnet50"], ["--input-size", "96"], ["--grey", "sum"], ["--precision", "f32"],
        ] {
            let refused = graft.finish(
                try graft.start(["train", "more", "--from", "m.graft"] + wrong))
            #expect(refused.code == 64 && refused.errors.contains("has no effect with --from"))
        }
        let scratch = try graft.run("train", "more", "--from", "m.graft", "--recipe", "from-scratch")
        #expect(scratch.code == 1 && scratch.errors.contains("begins with random values"))
        #expect(try graft.run("train", "more", "--from", "no.graft").code == 1)
    }

    @Test func listOnStandardInputIsAnsweredAsItComes() throws {
        _ = try train("m.graft")
        let process = Process()
        process.executableURL = URL(filePath: GraftProcess.binary)
        process.arguments = ["predict", "m.graft", "-", "--json"]
        process.currentDirectoryURL = URL(filePath: graft.folder)
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        for name in ["photos/red/3.png", "photos/blue/4.png"] {
            try input.fileHandleForWriting.write(contentsOf: Data("\(name)\n".utf8))
            // Nothing else comes until this is read: it would wait for ever.
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            #expect(line.contains(name) && line.hasSuffix("\n"))
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
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

    @Test func webPageIsOneFileOrAFolder() throws {
        _ = try train("m.graft")
        let outcome = try graft.run("export", "m.graft", "--to", "web", "--title", "A <b> page", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let line = try #require(outcome.objects().last)
        #expect(line["file"] as? String == "m.html")
        // Where there is a Node.js, it computes what the page does.
        if let drift = line["drift"] as? Double { #expect(drift < 0.001 && line["pictures"] as? Int == 3) }
        let page = try text("m.html")
        #expect(page.utf8.count == line["bytes"] as? Int && page.utf8.count < 11_000_000)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<h1>A &lt;b&gt; page</h1>"))
        #expect(
            !page.contains("http://") && !page.contains("https://") && page.contains("default-src 'none'"))
        let small = try graft.run(
            "export", "m.graft", "--to", "web", "--int8", "-o", "small.html", "--no-proof")
        #expect(small.code == 0 && small.output.contains("by nobody"))
        #expect(try text("small.html").utf8.count < 6_000_000)
        let folder = try graft.run("export", "m.graft", "--to", "web", "--folder", "-o", "site")
        #expect(folder.code == 0, "\(folder.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: graft.folder + "/site").sorted()
        #expect(names == ["graft.d.ts", "graft.js", "graft.wasm", "index.html", "model.bin"])
        // A Node.js that answers something else: no page takes its place.
        let node = "\(graft.folder)/node"
        try Data("#!/bin/sh\necho '{\"reader\": \"a liar\", \"answers\": [[1, 0], [1, 0], [1, 0]]}'\n".utf8)
            .write(to: URL(filePath: node))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: node)
        let refused = try graft.run(
            "export", "m.graft", "--to", "web", "-o", "n.html", environment: ["GRAFT_NODE": node])
        #expect(refused.code == 1 && refused.errors.contains("answers otherwise in a liar"))
        #expect(!FileManager.default.fileExists(atPath: graft.folder + "/n.html"))
        for wrong in [["--to", "web", "--half"], ["--folder"], ["--to", "web", "--layout", "nchw"]] {
            let outcome = graft.finish(try graft.start(["export", "m.graft"] + wrong))
            #expect(outcome.code == 64 && outcome.errors.contains("has no effect with --to"))
        }
    }

    @Test func kerasFileAndWeightsAreWritten() throws {
        _ = try train("m.graft")
        let outcome = try graft.run("export", "m.graft", "--to", "keras", "--no-proof", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try outcome.objects().last?["file"] as? String == "m.keras")
        // Our own reader finds the weights of all layers in it.
        let inspected = try graft.run("weights", "inspect", "m.keras")
        #expect(inspected.code == 0 && inspected.output.contains("stem_conv/0"), "\(inspected.errors)")
        let python = "\(graft.folder)/python"
        try Data("#!/bin/sh\necho '{\"reader\": \"a liar\", \"answers\": [[1, 0], [1, 0], [1, 0]]}'\n".utf8)
            .write(to: URL(filePath: python))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
        let refused = try graft.run(
            "export", "m.graft", "--to", "keras", "-o", "n.keras", environment: ["GRAFT_PYTHON": python])
        #expect(refused.code == 1 && refused.errors.contains("answers otherwise in a liar"))
        #expect(!FileManager.default.fileExists(atPath: graft.folder + "/n.keras"))

        let weights = try graft.run("export", "m.graft", "--to", "safetensors", "--half")
        #expect(weights.code == 0 && weights.output.contains("m.safetensors"), "\(weights.errors)")
        // They are the network's under its source's names: training takes them.
        let trained = graft.finish(
            try graft.start(
                ["train", "photos", "--weights", "m.safetensors", "--recipe", "features", "-o", "w.graft"]))
        #expect(trained.code == 0, "\(trained.errors)")
        #expect(try graft.run("export", "m.graft", "--to", "keras", "--half").code == 64)
    }

    @Test func doctorShowsThePictures() throws {
        try FileManager.default.copyItem(
            atPath: graft.folder + "/photos/red/3.png", toPath: graft.folder + "/photos/blue/copy.png")
        let outcome = try graft.run("doctor", "photos", "--quick", "--report", "found.html")
        #expect(outcome.code == 0 && outcome.output.contains("found.html"), "\(outcome.errors)")
        let page = try text("found.html")
        #expect(page.contains("<h2 id=\"labels-title\" tabindex=\"-1\">Wrong labels</h2>"))
        #expect(page.contains("alt=\"red/3.png\" src=\"data:image/jpeg;base64,"))
        #expect(page.contains("alt=\"blue/copy.png\""))
        #expect(!page.contains("http://") && !page.contains("https://"))
        #expect(try graft.run("doctor", "photos", "--report", "found.txt").code == 64)
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
