import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExports

@Suite struct ONNXExportTests {
    private let options = ONNXOptions(producerVersion: "1.0")

    private func preprocessing(_ height: Int, _ width: Int) throws -> Preprocessing {
        try Preprocessing(
            height: height, width: width, resizeRule: .squash, interpolation: .bilinear, mean: [1, 2, 3],
            scale: [0.5, 0.25, 0.125])
    }

    private func network(_ add: (inout NetworkBuilder, String) -> Void) throws -> Network {
        var builder = NetworkBuilder("net")
        let input = builder.input(height: 4, width: 6)
        add(&builder, input)
        return try builder.build()
    }

    private func export(
        _ network: Network, _ parameters: ParameterStore? = nil, classes: [String] = [],
        options: ONNXOptions? = nil
    ) throws -> ONNXExport {
        try ONNXExport(
            network: network,
            parameters: parameters ?? ParameterStore.generated(for: network, seed: 1),
            preprocessing: preprocessing(4, 6), classes: classes, options: options ?? self.options)
    }

    private func classifier() throws -> Network {
        try network { builder, input in
            let features = builder.add("features", .globalAveragePooling, to: input)
            let dense = builder.add("dense", .dense(Dense(units: 2)), to: features)
            _ = builder.add("softmax", .softmax, to: dense)
        }
    }

    /// A chain of dense layers of 4,096 units that all have the same numbers in memory.
    private func chain(_ count: Int) throws -> (network: Network, parameters: ParameterStore) {
        let network = try network { builder, input in
            var x = builder.add("features", .globalAveragePooling, to: input)
            x = builder.add("first", .dense(Dense(units: 4096, hasBias: false)), to: x)
            for index in 0..<count {
                x = builder.add("dense\(index)", .dense(Dense(units: 4096, hasBias: false)), to: x)
            }
        }
        let kernel = Tensor(zeros: [4096, 4096])
        var parameters = ParameterStore(["first/kernel": Tensor(zeros: [4096, 3])])
        for index in 0..<count { parameters["dense\(index)/kernel"] = kernel }
        return (network, parameters)
    }

    private func problem(_ body: () throws -> ONNXExport) throws -> Problem {
        try #require(#expect(throws: ExportError.self) { _ = try body() }).problem
    }

    @Test func theFileHasTheSizeThatItSays() throws {
        let export = try export(classifier(), classes: ["a", "b"])
        let bytes = export.chunks.flatMap { $0 }
        #expect(bytes.count == export.byteCount)
        // ir_version 1 = 8, producer_name 2, producer_version 3.
        #expect(
            bytes.starts(with: [0x08, 8, 0x12, 5] + Array("graft".utf8) + [0x1A, 3] + Array("1.0".utf8)))
    }

    @Test func chunksAreBounded() throws {
        let (network, parameters) = try chain(1)
        let export = try export(network, parameters)
        let sizes = export.chunks.map(\.count)
        #expect(sizes.max() ?? 0 <= ONNXChunks.greatestChunk)
        #expect(sizes.reduce(0, +) == export.byteCount)
        #expect(sizes.count >= 64)
    }

    @Test func elementsAreNotTornApartByChunks() throws {
        let numbers = (0..<700_000).map(Float.init)
        let tensor = ONNXTensor(
            name: "w", type: .float32, dimensions: [numbers.count],
            source: .parameter(Tensor(numbers, shape: [numbers.count]), factors: []))
        let chunks = ONNXChunks(pieces: [.bytes([1, 2, 3]), .elements(tensor), .bytes([4])])
        let bytes = chunks.flatMap { $0 }
        #expect(chunks.map(\.count) == [1_048_575, 1_048_576, 702_853])
        #expect(Array(bytes[..<3]) == [1, 2, 3] && bytes.last == 4)
        let read = unsafe bytes[3...].dropLast().withUnsafeBytes {
            unsafe Tensor(bytes: $0, shape: [700_000], elementType: .float32)
        }
        #expect(read.floats == numbers)
    }

    @Test func outputsAreNamedForWhatTheyAre() throws {
        #expect(try export(classifier()).outputNames == ["probabilities"])
        let sigmoid = try network { builder, input in
            let bent = builder.add("bent", .activation(.sigmoid), to: input)
            let flat = builder.add("flat", .flatten, to: bent)
            _ = builder.add("dropout", .dropout(Dropout(rate: 0.1)), to: flat)
        }
        #expect(try export(sigmoid).outputNames == ["probabilities"])
        let plain = try network { builder, input in _ = builder.add("flat", .flatten, to: input) }
        #expect(try export(plain).outputNames == ["numbers"])
        let several = try classifier().ending(at: ["softmax", "features"])
        #expect(try export(several).outputNames == ["softmax", "features"])
    }

    @Test func metadataHasNamesAndSizeAndWhatIsGiven() throws {
        var options = options
        options.metadata = ["task": "classification"]
        let bytes = try export(classifier(), classes: ["a cat", "b\"c"], options: options).chunks.flatMap {
            $0
        }
        func entry(_ key: String, _ value: String) -> [UInt8] {
            var entry = ProtobufMessage()
            entry.add(1, key)
            entry.add(2, value)
            var message = ProtobufMessage()
            message.add(14, entry)
            return message.bytes
        }
        let expected =
            entry("imgsz", "[4, 6]") + entry("names", #"{"0": "a cat", "1": "b\"c"}"#)
            + entry("task", "classification")
        // opset_import 8: domain 1, version 2 = 17.
        #expect(Array(bytes.suffix(expected.count + 6)) == [0x42, 4, 0x0A, 0, 0x10, 17] + expected)
    }

    @Test func metadataOfItsOwnIsNotReplaced() throws {
        var options = options
        options.metadata = ["imgsz": "[1, 1]"]
        let problem = try problem { try export(classifier(), options: options) }
        #expect(problem.subject == "metadata imgsz")
    }

    @Test func classesMustBeAsManyAsOutputs() throws {
        let problem = try problem { try export(classifier(), classes: ["a", "b", "c"]) }
        #expect(
            problem.found == "gives numbers of shape [2]" && problem.expected == "one for each of 3 classes")
    }

    @Test func theInputMustBeThePreprocessingsPicture() throws {
        let small = try classifier().resized(height: 3, width: 6)
        let problem = try problem { try export(small) }
        #expect(problem.found == "takes [3, 6, 3]")
        var builder = NetworkBuilder("two")
        let first = builder.input("first", height: 4, width: 6)
        let second = builder.input("second", height: 4, width: 6)
        _ = builder.add("sum", .add, to: first, second)
        let two = try builder.build()
        #expect(try self.problem { try export(two) }.found == "has 2 inputs")
    }

    @Test func noOutputIsCalledAsTheInput() throws {
        var builder = NetworkBuilder("net")
        let input = builder.input("pixels", height: 4, width: 6)
        let features = builder.add("features", .globalAveragePooling, to: input)
        let network = try builder.build(outputs: [features, input])
        #expect(try problem { try export(network) }.found == "has an output called pixels")
    }

    @Test func aPaddingThatONNXDoesNotHaveIsNamed() throws {
        let network = try network { builder, input in
            let edges = Padding.Edges(top: 0, left: 0, bottom: 3, right: 0)
            _ = builder.add(
                "wide", .pooling(Pooling(.maximum, size: 2, stride: 2, padding: .edges(edges))), to: input)
        }
        #expect(try problem { try export(network) }.subject == "net: wide")
    }

    @Test func missingParametersAreNamed() throws {
        let network = try classifier()
        let error = #expect(throws: NetworkError.self) { try export(network, ParameterStore()) }
        #expect(error?.problem.subject == "dense/kernel")
    }

    @Test func filesAboveTwoGigabytesAreRefused() throws {
        let (network, parameters) = try chain(32)
        let problem = try problem { try export(network, parameters) }
        #expect(problem.subject == "net as ONNX")
        #expect(problem.expected == "at most 2,147,483,647 in one file")
        #expect(problem.remedy != nil)
        let smaller = try chain(31)
        #expect(try export(smaller.network, smaller.parameters).byteCount > 31 << 26)
    }

    @Test func weightsBeyondSixteenBitsAreRefused() throws {
        let network = try classifier()
        var parameters = ParameterStore.generated(for: network, seed: 1)
        var options = options
        options.isHalf = true
        parameters["dense/kernel"] = Tensor([1, 2, 3, 4, 5, -65_519], shape: [2, 3])
        let export = try export(network, parameters, options: options)
        #expect(export.byteCount > 0)
        parameters["dense/kernel"] = Tensor([1, 2, 3, 4, 5, -65_520], shape: [2, 3])
        let problem = try problem { try self.export(network, parameters, options: options) }
        #expect(problem.subject == "net: dense")
    }
}
