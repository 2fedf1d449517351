import GraftTensors
import GraftWeightFiles
import Testing

@Suite struct KerasLegacyTests {
    /// `first`, `first` + 1/8, ...: the values that the fixtures are filled with.
    static func counted(_ shape: Shape, _ first: Int) -> Tensor {
        Tensor((0..<shape.elementCount).map { Float(first) + Float($0) / 8 }, shape: shape)
    }

    @Test(arguments: ["published.h5", "published_parts.h5", "published_latest.h5"])
    func layersAreInTheOrderOfTheFilesLists(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path(name))
        #expect(
            tensors.layers == [
                NamedTensors.Layer(
                    name: "block1_conv1",
                    entries: ["block1_conv1/block1_conv1_W_1:0", "block1_conv1/block1_conv1_b_1:0"]),
                NamedTensors.Layer(
                    name: "block/bn", entries: ["block/bn/block/bn_1/gamma:0", "block/bn/block/bn_1/beta:0"]),
                NamedTensors.Layer(name: "a", entries: ["a/kernel:0"]),
                NamedTensors.Layer(
                    name: "b",
                    entries: ["b/gamma:0", "b/beta:0", "b/moving_mean:0", "b/moving_variance:0"]),
            ])
        #expect(tensors.layout == .inputsFirst)
        #expect(tensors.areLayersOrdered)
        #expect(tensors.metadata == ["keras_version": "1.2.2"])
        #expect(tensors.leftOut.isEmpty)
        #expect(tensors.names == tensors.layers.flatMap(\.entries))
        #expect(tensors["block1_conv1/block1_conv1_W_1:0"] == Self.counted([2, 2, 1, 2], 0))
        #expect(tensors["block1_conv1/block1_conv1_b_1:0"] == Self.counted([2], 1))
        #expect(tensors["b/moving_variance:0"] == Self.counted([1], 8))
    }

    @Test func everyElementTypeIsReadExactly() throws {
        let tensors = try WeightFile.read(Fixture.path("types.h5"))
        let types: [(String, ElementType)] = [
            ("f2", .float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("i2", .int16),
            ("i4", .int32), ("i8", .int64), ("u1", .uint8),
        ]
        for (name, type) in types {
            for order in ["little", "big"] {
                let tensor = try #require(tensors["types/\(order)_\(name)"])
                #expect(tensor.elementType == type)
                #expect(tensor.shape == [2, 3])
                #expect(tensor.floats == [0, 1, 2, 3, 4, 5])
            }
        }
        #expect(tensors["types/bool"] == Tensor([0, 1, 1, 1, 1, 1], [2, 3], .bool))
        #expect(tensors["types/bfloat16"]?.elementType == .bfloat16)
        #expect(tensors["types/bfloat16"]?.floats == [0, 1, 2, 3, 4, 5])
        #expect(tensors["types/scalar"] == Tensor([2.5], shape: []))
        #expect(tensors["types/nothing"] == Tensor([], shape: [0, 3]))
    }

    @Test(arguments: ["chunks", "deflated", "shuffled"])
    func chunksAreJoined(name: String) throws {
        let tensors = try WeightFile.read(Fixture.path("types.h5"))
        #expect(tensors["types/\(name)"] == Tensor((0..<35).map(Float.init), shape: [5, 7]))
    }

    @Test(arguments: ["old", "new"], ["plain", "chunks", "compact"])
    func filesWithoutUnusedRoomAreRead(version: String, kind: String) throws {
        let tensors = try WeightFile.read(Fixture.path("small_\(version)_\(kind).h5"))
        #expect(tensors.entries.count == 1)
        #expect(tensors["a/v"] == Tensor((0..<6).map(Float.init), shape: [2, 3]))
    }

    @Test(arguments: ["old", "new"])
    func filesOfKeras3WithoutUnusedRoomAreRead(version: String) throws {
        let tensors = try WeightFile.read(Fixture.path("small_\(version)_keras3.weights.h5"))
        #expect(tensors.layers == [NamedTensors.Layer(name: "a", kind: "d", entries: ["a/0"])])
        #expect(tensors["a/0"] == Tensor((0..<6).map(Float.init), shape: [2, 3]))
    }

    @Test func elementsInTheHeaderAreRead() throws {
        #expect(try WeightFile.read(Fixture.path("compact.h5"))["a/v"] == Tensor([0, 1, 2], shape: [3]))
    }

    @Test func wholeModelHasKindsAndTheLayersOfItsInnerModel() throws {
        let tensors = try WeightFile.read(Fixture.path("whole.h5"))
        #expect(
            tensors.layers == [
                NamedTensors.Layer(name: "stem", kind: "conv2d", entries: ["stem/kernel", "stem/bias"]),
                NamedTensors.Layer(
                    name: "inner_conv", kind: "conv2d",
                    entries: ["trunk/inner_conv/kernel", "trunk/inner_conv/bias"]),
                NamedTensors.Layer(
                    name: "inner_bn", kind: "batch_normalization",
                    entries: ["gamma", "beta", "moving_mean", "moving_variance"].map {
                        "trunk/inner_bn/\($0)"
                    }
                ),
                NamedTensors.Layer(
                    name: "depthwise", kind: "depthwise_conv2d",
                    entries: ["depthwise/kernel", "depthwise/bias"]),
                NamedTensors.Layer(
                    name: "predictions", kind: "conv2d", entries: ["predictions/kernel", "predictions/bias"]),
            ])
        #expect(tensors["stem/kernel"] == Self.counted([2, 2, 1, 2], 0))
        #expect(tensors.metadata["model_config"]?.hasPrefix(#"{"class_name": "Functional""#) == true)
        #expect(tensors.metadata["keras_version"] == "3.15.1")
        #expect(tensors.leftOut.isEmpty)
    }

    @Test func optimizerStateIsLeftOutByName() throws {
        let tensors = try WeightFile.read(Fixture.path("trained.h5"))
        #expect(tensors.names == ["d/sequential_1/d/kernel", "d/sequential_1/d/bias"])
        #expect(tensors.leftOut == ["optimizer_weights"])
    }
}

@Suite struct Keras3Tests {
    static let stem = NamedTensors.Layer(name: "stem", kind: "conv2d", entries: ["stem/0", "stem/1"])
    static let innerConvolution = NamedTensors.Layer(
        name: "inner_conv", kind: "conv2d", entries: ["inner_conv/0", "inner_conv/1"])
    static let innerNormalization = NamedTensors.Layer(
        name: "inner_bn", kind: "batch_normalization", entries: (0...3).map { "inner_bn/\($0)" })
    static let depthwise = NamedTensors.Layer(
        name: "depthwise", kind: "depthwise_conv2d", entries: ["depthwise/0", "depthwise/1"])
    static let predictions = NamedTensors.Layer(
        name: "predictions", kind: "conv2d", entries: ["predictions/0", "predictions/1"])

    @Test func layersOfAnArchiveAreInTheOrderOfTheModel() throws {
        let tensors = try WeightFile.read(Fixture.path("plain_keras3.keras"))
        #expect(
            tensors.layers == [
                Self.stem, Self.innerConvolution, Self.innerNormalization, Self.depthwise, Self.predictions,
            ])
        #expect(tensors.areLayersOrdered)
        #expect(tensors.metadata["config.json"]?.contains(#""name": "small""#) == true)
        #expect(tensors.leftOut.isEmpty)
        let legacy = try WeightFile.read(Fixture.path("whole.h5"))
        #expect(tensors.entries.map(\.tensor) == legacy.entries.map(\.tensor))
    }

    @Test func layersOfAFileOfWeightsAreInTheOrderOfTheirClasses() throws {
        let tensors = try WeightFile.read(Fixture.path("plain_keras3.weights.h5"))
        #expect(
            tensors.layers == [
                Self.stem, Self.predictions, Self.depthwise, Self.innerNormalization, Self.innerConvolution,
            ])
        #expect(tensors.layout == .inputsFirst)
        #expect(!tensors.areLayersOrdered)
        #expect(tensors.metadata.isEmpty)
        #expect(tensors["stem/0"] == KerasLegacyTests.counted([2, 2, 1, 2], 0))
        let archive = try WeightFile.read(Fixture.path("plain_keras3.keras"))
        for entry in archive.entries { #expect(tensors[entry.name] == entry.tensor) }
    }

    @Test func layersWithoutNamesHaveThoseOfTheirGroups() throws {
        let tensors = try WeightFile.read(Fixture.path("early_keras3.weights.h5"))
        func counted(_ name: String, _ entries: [String]) -> NamedTensors.Layer {
            var layer = NamedTensors.Layer(name: name, kind: "dense", entries: entries)
            layer.hasOwnName = false
            return layer
        }
        #expect(
            tensors.layers == [
                counted("dense", ["dense/0", "dense/1"]), counted("dense_9", ["dense_9/0"]),
                counted("dense_10", ["dense_10/0"]),
            ])
        #expect(tensors.leftOut == ["_layer_checkpoint_dependencies/dropout/seed_generator"])
    }

    @Test func bfloat16IsRead() throws {
        let tensors = try WeightFile.read(Fixture.path("bfloat16_keras3.weights.h5"))
        #expect(tensors["d/0"]?.elementType == .bfloat16)
        #expect(tensors["d/0"]?.floats == [1.5, -2])
    }

    @Test func optimizerStateIsLeftOutByName() throws {
        let tensors = try WeightFile.read(Fixture.path("trained_keras3.weights.h5"))
        #expect(tensors.names == ["d/0", "d/1"])
        #expect(tensors.leftOut == ["optimizer"])
    }
}
