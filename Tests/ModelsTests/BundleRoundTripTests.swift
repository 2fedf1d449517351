import GraftDatasets
import GraftExecution
import GraftFiles
import GraftModels
import GraftNetworks
import GraftTensors
import GraftTraining
import GraftWeightFiles
import Testing

import struct Foundation.Date
import class Foundation.FileManager

@Suite struct BundleRoundTripTests {
    let fixture: BundleFixture
    init() throws { fixture = try BundleFixture() }

    @Test func eightBitsAreSavedAndChecked() throws {
        var model = try BundleFixture.model()
        model.trunk.precision = .int8
        func refusal() -> String {
            let error = #expect(throws: ModelError.self) { try model.save(to: fixture.path) }
            return error?.description ?? ""
        }
        #expect(refusal() == "The model's bundle.json says int8 and not on which grids.")
        var quantization = Quantization(
            convolutions: ["stem/conv"], grids: ["input": Quantization.Grid(scale: 0.1, isSigned: true)])
        model.quantization = quantization
        try model.save(to: fixture.path)
        #expect(try ModelBundle.load(fixture.path).quantization == quantization)
        quantization.grids["elsewhere"] = Quantization.Grid(scale: 0.1, isSigned: true)
        model.quantization = quantization
        #expect(
            refusal()
                == "The model's bundle.json has a quantization of elsewhere, which the network has not.")
        for scale in [0, -1, .nan, .infinity] as [Float] {
            model.quantization?.grids = ["input": Quantization.Grid(scale: scale, isSigned: true)]
            #expect(
                refusal()
                    == "The model's bundle.json has a quantization of input by the scale \(scale); expected a positive number."
            )
        }
    }

    @Test func loadedModelIsTheSavedOne() throws {
        let model = try BundleFixture.model()
        try model.save(to: fixture.path)
        #expect(fixture.names == ["pets.graft"])
        #expect(
            fixture.names(fixture.path) == [
                "CHECKSUMS", "bundle.json", "golden.safetensors", "weights.safetensors",
            ])
        let loaded = try ModelBundle.load(fixture.path)
        #expect(loaded.graftVersion == "0.1.0")
        #expect(loaded.network == model.network)
        #expect(loaded.parameters.names == model.parameters.names)
        for name in model.parameters.names { #expect(loaded.parameters[name] == model.parameters[name]) }
        #expect(loaded.classes == ["cats", "dögs & \"wolves\""])
        #expect(loaded.preprocessing == model.preprocessing)
        #expect(loaded.trunk == model.trunk)
        #expect(loaded.task == .classification)
        #expect(loaded.recipe == model.recipe)
        #expect(loaded.seed == .max)
        #expect(loaded.stages == model.stages)
        #expect(loaded.stages[0].best?.loss == 0.1)
        #expect(loaded.trainedNodes == ["top/dense"])
        #expect(loaded.validation == model.validation)
        #expect(loaded.split == model.split)
        #expect(loaded.leftOut == model.leftOut)
        #expect(loaded.provenance == model.provenance)
        #expect(loaded.provenance.date == Date(timeIntervalSince1970: 1_750_000_000))
        #expect(loaded.golden == model.golden)
    }

    @Test func splitMayBeMissingAndALossMayBeNotANumber() throws {
        var model = try BundleFixture.model()
        model.split = nil
        model.stages[0].epochs[0].loss = .nan
        model.stages[0].epochs[0].validation.loss = .infinity
        try model.save(to: fixture.path)
        let loaded = try ModelBundle.load(fixture.path)
        #expect(loaded.split == nil)
        #expect(loaded.epochs[0].loss.isNaN)
        #expect(loaded.epochs[0].validation.loss == .infinity)
    }

    @Test func equalModelsGiveEqualBytes() throws {
        try BundleFixture.model().save(to: fixture.path)
        var other = try BundleFixture.model()
        // The order in which parameters came into the store does not matter.
        other.parameters = ParameterStore()
        let model = try BundleFixture.model()
        for name in model.parameters.names.reversed() { other.parameters[name] = model.parameters[name] }
        try other.save(to: fixture.root + "/other.graft")
        for name in fixture.names(fixture.path) {
            #expect(
                fixture.bytes("\(fixture.path)/\(name)")
                    == fixture.bytes("\(fixture.root)/other.graft/\(name)"))
        }
    }

    @Test func dateChangesTheDescriptionOnly() throws {
        var model = try BundleFixture.model()
        try model.save(to: fixture.path)
        model.provenance.date = Date(timeIntervalSince1970: 0)
        try model.save(to: fixture.root + "/other.graft")
        let changed = fixture.names(fixture.path).filter {
            fixture.bytes("\(fixture.path)/\($0)") != fixture.bytes("\(fixture.root)/other.graft/\($0)")
        }
        #expect(changed == ["CHECKSUMS", "bundle.json"])
        let text = String(decoding: fixture.bytes(fixture.path + "/bundle.json"), as: UTF8.self)
        let otherText = String(
            decoding: fixture.bytes(fixture.root + "/other.graft/bundle.json"), as: UTF8.self)
        #expect(text.contains(#""date" : "2025-06-15T15:06:40Z""#))
        #expect(text.replacing("2025-06-15T15:06:40Z", with: "1970-01-01T00:00:00Z") == otherText)
    }

    @Test func loadedModelCanBeSavedAgainOverItself() throws {
        try BundleFixture.model().save(to: fixture.path)
        let before = fixture.names(fixture.path).map { fixture.bytes("\(fixture.path)/\($0)") }
        let loaded = try ModelBundle.load(fixture.path)
        try loaded.save(to: fixture.path)
        #expect(fixture.names(fixture.path).map { fixture.bytes("\(fixture.path)/\($0)") } == before)
        // Its tensors are parts of the removed file, which the system keeps as long as it is mapped.
        #expect(
            loaded.parameters["top/dense/kernel"]
                == (try BundleFixture.model().parameters["top/dense/kernel"]))
    }

    @Test func weightsAreInTheOrderOfTheNetwork() throws {
        let model = try BundleFixture.model()
        try model.save(to: fixture.path)
        let file = try WeightFile.read(fixture.path + "/weights.safetensors")
        #expect(
            file.names == [
                "stem/conv/kernel", "stem/bn/gamma", "stem/bn/beta", "stem/bn/movingMean",
                "stem/bn/movingVariance",
                "top/dense/kernel", "top/dense/bias",
            ])
        let golden = try WeightFile.read(fixture.path + "/golden.safetensors")
        #expect(golden["inputs"]?.shape == [3, 8, 8, 3])
        #expect(golden["outputs"]?.shape == [3, 2])
        #expect(golden.metadata == ["precision": "f32"])
    }

    @Test func checksumsAreThoseOfSha256sum() throws {
        try BundleFixture.model().save(to: fixture.path)
        let expected = ["bundle.json", "golden.safetensors", "weights.safetensors"].map {
            "\(SHA256Digest(of: fixture.bytes("\(fixture.path)/\($0)")).hexadecimal)  \($0)\n"
        }
        #expect(
            String(decoding: fixture.bytes(fixture.path + "/CHECKSUMS"), as: UTF8.self) == expected.joined())
    }

    @Test(arguments: ["my pets.graft", "Tiere/größte 🐈.graft", "pets.graft///", "with.dots/..graft"])
    func pathsOfAllKinds(_ name: String) throws {
        for folder in ["Tiere", "with.dots"] { try fixture.makeFolder("\(fixture.root)/\(folder)") }
        let path = "\(fixture.root)/\(name)"
        try BundleFixture.model().save(to: path)
        #expect(try ModelBundle.load(path).classes.count == 2)
        try BundleFixture.model(seed: 2).save(to: path)
        #expect(try ModelBundle.load(path).golden == (try BundleFixture.model(seed: 2).golden))
        #expect(fixture.names.filter { $0.hasPrefix(".graft") } == [])
    }

    @Test func longestNameIsPossible() throws {
        let path = fixture.root + "/" + String(repeating: "n", count: 255)
        try BundleFixture.model().save(to: path)
        try BundleFixture.model(seed: 2).save(to: path)
        #expect(try ModelBundle.load(path).classes.count == 2)
        #expect(fixture.names.count == 1)
    }

    @Test func processorHasAName() {
        #expect(!Processor.current.name.isEmpty)
        #expect(["x86_64", "arm64"].contains(Processor.current.architecture))
        let list = "processor\t: 0\nvendor_id\t: X\nmodel name\t: Some  Chip @ 2.0\nmodel name\t: Other\n"
        #expect(Processor.name(inProcessorList: list) == "Some Chip @ 2.0")
        #expect(Processor.name(inProcessorList: "model name :\nBogoMIPS: 3") == nil)
        let other = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\nCPU implementer\t: 0x42\n"
        #expect(Processor.name(inProcessorList: other) == "CPU implementer 0x41, part 0xd40")
    }
}
