import Foundation
import GraftArchitectures
import GraftExecution
import Testing

@Suite struct ModelsCommandTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    @Test func listHasALineForEveryNetworkAndNoneLongerThan80Columns() throws {
        let outcome = try graft.run("models")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        for architecture in Architecture.all {
            #expect(lines.count { $0.hasPrefix("\(architecture.name) ") } == 1, "\(architecture.name)")
        }
        for line in lines { #expect(line.count <= 80, "\(line)") }
        let vgg = lines.first { $0.hasPrefix("vgg19.keras") } ?? ""
        #expect(vgg.contains(" 224   144 M  19.6 G "))
    }

    @Test func listIsOneJSONObjectALine() throws {
        let rows = try graft.run("models", "--json").objects()
        #expect(rows.map { $0["name"] as? String } == Architecture.all.map(\.name))
        #expect(rows[0]["parameters"] as? Int == 4_694_024)
        #expect(rows[0]["trainableParameters"] as? Int == 4_652_008)
        #expect(rows[0]["isAtHand"] as? Bool == false)
        #expect(rows.allSatisfy { $0["activationMemory"] is Int && $0["weights"] is [Any] })
    }

    @Test func fitsLeavesOutWhatNeedsMoreMemory() throws {
        let all = try graft.run("models", "--json", "--precision", "f32", "--threads", "2").objects()
        let limit = 300_000_000
        let fitting = all.filter { ($0["memory"] as? Int ?? .max) <= limit }
        #expect(fitting.count > 5 && fitting.count < all.count)
        let options = ["models", "--fits", "300MB", "--precision", "f32", "--threads", "2"]
        let rows = try graft.finish(graft.start(options + ["--json"])).objects()
        #expect(rows.map { $0["name"] as? String } == fitting.map { $0["name"] as? String })
        let outcome = graft.finish(try graft.start(options))
        #expect(outcome.output.contains("\(all.count - fitting.count) networks left out: more than 300 MB."))
        #expect(!outcome.output.contains("vgg19.keras"))
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(
            try graft.run("models", "--fits", "1kB").output == "39 networks left out: more than 1.0 kB.\n")
    }

    @Test(arguments: ["lots", "-1GB", "2XB", ""])
    func fitsThatIsNoSizeIsWrongUsage(text: String) throws {
        let outcome = try graft.run("models", "--fits=\(text)")
        #expect(outcome.code == 64)
        #expect(outcome.output.isEmpty)
    }

    @Test func layersArePrintedWithTotals() throws {
        let outcome = try graft.run("models", "resnet50.keras")
        let lines = outcome.output.split(separator: "\n")
        #expect(outcome.code == 0)
        #expect(
            lines.contains("conv1_conv                         convolution 7x7 /2  112x112x64          9,472")
        )
        let sum = lines.firstIndex { $0.hasPrefix("conv2_block1_add ") } ?? 0
        #expect(lines[sum + 1] == "  from conv2_block1_0_bn, conv2_block1_3_bn")
        // As Keras says it: total, trainable and non-trainable.
        #expect(outcome.output.contains("25,636,712 parameters: 25,583,592 trainable, 53,120 not"))
    }

    @Test func whatIsKnownOfWeightsStandsBelowTheLayers() throws {
        let known = try graft.run("models", "resnet50.keras").output
        #expect(
            known.contains(
                "weights   ImageNet: resnet50_weights_tf_dim_ordering_tf_kernels.h5, 103 MB, MIT,\n"))
        #expect(known.contains("not at hand: graft weights pull resnet50.keras"))
        let unknown = try graft.run("models", "vgg_c").output
        #expect(unknown.contains("parameters, all of them trainable\n"))
        #expect(unknown.contains("weights   none in Graft's catalogue\n"))
    }

    @Test func noLineOfAnyLayerTableIsLongerThan80Columns() throws {
        let outcome = graft.finish(try graft.start(["models"] + Architecture.all.map(\.name)))
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("…"))
        for line in outcome.output.split(separator: "\n") where !line.contains(graft.folder) {
            #expect(line.count <= 80, "\(line)")
        }
    }

    @Test func layersWithoutTopAtAnotherSizeAreJSONToo() throws {
        let objects = try graft.run(
            "models", "vgg16.keras", "--no-top", "--input-size", "64", "--json"
        ).objects()
        #expect(objects.count == 1)
        #expect(objects[0]["inputSize"] as? Int == 64)
        #expect(objects[0]["parameters"] as? Int == 14_714_688)
        let layers = objects[0]["layers"] as? [[String: Any]] ?? []
        #expect(layers.first?["shape"] as? [Int] == [64, 64, 3])
        #expect(layers.last?["name"] as? String == "features")
        #expect(layers.last?["shape"] as? [Int] == [512])
    }

    @Test func unknownNetworkIsRefusedWithTheNearestName() throws {
        let outcome = try graft.run("models", "resnet5")
        #expect(outcome.code == 1)
        #expect(
            outcome.errors
                == "graft: \"resnet5\" is no network that Graft knows. Did you mean resnet50? "
                + "`graft models` lists all.\n")
    }

    @Test func sizeThatIsTooSmallIsRefused() throws {
        let outcome = try graft.run("models", "xception", "--input-size", "32")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("xception.keras cannot take images of 32x32 pixels"))
        #expect(try graft.run("models", "xception", "--input-size", "0").code == 64)
    }

    /// Each network is measured in a process of its own; the estimate is that of its doc comment.
    @Test func measuredMemoryIsNearlyWhatWasEstimated() throws {
        let outcome = try graft.run(
            "models", "mobilenet_v1_025.keras", "squeezenet1_1.torchvision", "resnet18.torchvision",
            "--measure",
            "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let rows = try outcome.objects()
        #expect(rows.count == 3)
        for row in rows {
            let measured = row["measured"] as? [[String: Any]] ?? []
            let automatic = Precision.automatic.rawValue
            #expect(measured.last?["precision"] as? String == automatic)
            #expect(measured.count == (automatic == "f32" ? 1 : 2))
            let rates = measured.compactMap { $0["picturesPerSecond"] as? Double }
            #expect(rates.count == measured.count && rates.allSatisfy { $0 > 0 })
            // Memory of the row is told for the precision that auto takes.
            let memory = measured.last?["memory"] as? Int ?? 0
            let estimate = row["memory"] as? Int ?? 0
            #expect(
                abs(memory - estimate) <= estimate / 10 + 25_000_000,
                "\(row["name"] ?? ""): \(memory), estimated \(estimate)")
        }
    }

    @Test func measurementOfOnePrecisionIsATableWithin80Columns() throws {
        let outcome = try graft.run("models", "mobilenet_v1_025", "--measure", "--precision", "f32")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0].hasSuffix("f32/s   memory"))
        #expect(lines[1].hasPrefix("mobilenet_v1_025.keras    224   0.5 M  41.0 M"))
        for line in lines { #expect(line.count <= 80, "\(line)") }
    }
}
