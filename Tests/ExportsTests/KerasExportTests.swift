import GraftFiles
import GraftNetworks
import GraftTensors
import GraftWeightFiles
import Testing

@testable import GraftExports

@Suite struct KerasExportTests {
    private func network(
        name: String = "net", channels: Int = 3, _ add: (inout NetworkBuilder, String) -> Void
    ) throws -> Network {
        var builder = NetworkBuilder(name)
        let input = builder.input(height: 9, width: 8, channels: channels)
        add(&builder, input)
        return try builder.build()
    }

    private func convolution(_ filters: Int, _ size: Int, _ padding: Padding = .same) -> NetworkOperation {
        .convolution(Convolution(filters: filters, kernelSize: size, padding: padding))
    }

    @Test func theSameModelGivesTheSameBytes() throws {
        let network = try network { _ = $0.add("conv", convolution(4, 3), to: $1) }
        let (first, second) = (try KerasCase(network), try KerasCase(network))
        #expect(first.bytes == second.bytes)
        #expect(try KerasCase(network, metadata: ["task": "x"]).bytes != first.bytes)
    }

    @Test func layersHaveTheNamesOfNodesAsFarAsKerasTakesThem() throws {
        let network = try network {
            var x = $0.add("a/b", .activation(.relu), to: $1)
            x = $0.add("a_b", .activation(.relu), to: x)
            x = $0.add("größe", .activation(.relu), to: x)
            x = $0.add("pixels", .activation(.relu), to: x)
            _ = $0.add("_fc", .activation(.relu), to: x)
        }
        #expect(
            try KerasCase(network).names == ["pixels", "a_b", "a_b_2", "gr__e", "pixels_2", "layer_fc"])
    }

    @Test func kernelsHaveTheirOutputsLast() throws {
        let network = try network {
            let x = $0.add("conv", convolution(5, 2), to: $1)
            _ = $0.add("dense", .dense(Dense(units: 4)), to: $0.add("mean", .globalAveragePooling, to: x))
        }
        let own = ParameterStore.generated(for: network, seed: 3)
        let weights = try KerasCase(network).weights
        let kernel = try #require(weights["conv/0"])
        #expect(kernel.shape == [2, 2, 3, 5])
        let source = try #require(own["conv/kernel"]?.floats)
        for (index, value) in kernel.floats.enumerated() {
            let (place, input, output) = (index / 15, index / 5 % 3, index % 5)
            #expect(value == source[(output * 3 + input) * 4 + place])
        }
        let dense = try #require(weights["dense/0"])
        #expect(dense.shape == [5, 4])
        #expect(dense.floats[1] == own["dense/kernel"]?.floats[5])
        #expect(weights["dense/1"] == own["dense/bias"])
    }

    @Test func asManyGroupsAsChannelsMakeADepthwiseLayer() throws {
        let network = try network {
            let depthwise = Convolution(filters: 6, kernelSize: 3, groups: 3)
            _ = $0.add("depthwise", .convolution(depthwise), to: $1)
        }
        let found = try KerasCase(network)
        #expect(found.classes == ["InputLayer", "DepthwiseConv2D"])
        #expect(found.setting("depth_multiplier", of: "depthwise") == "2")
        #expect(found.weights["depthwise/0"]?.shape == [3, 3, 3, 2])
    }

    @Test func batchNormAndDropoutStayLayers() throws {
        let network = try network {
            let bn = BatchNormalization(epsilon: 0.25, hasScale: false)
            let x = $0.add("bn", .batchNormalization(bn), to: $0.add("conv", convolution(4, 1), to: $1))
            _ = $0.add("drop", .dropout(Dropout(rate: 0.5)), to: x)
        }
        let found = try KerasCase(network)
        #expect(found.classes == ["InputLayer", "Conv2D", "BatchNormalization", "Dropout"])
        #expect(found.setting("epsilon", of: "bn") == "0.25")
        #expect(found.setting("rate", of: "drop") == "0.5")
        let own = ParameterStore.generated(for: network, seed: 3)
        #expect(found.weights["bn/0"] == own["bn/beta"])
        #expect(found.weights["bn/2"] == own["bn/movingVariance"])
    }

    @Test func groupsOfWeightsAreCountedInTheOrderOfKeras() throws {
        // Keras lists a branch that joins late behind the others: c1 is the last convolution.
        let network = try network {
            let late = $0.add("c1", convolution(3, 1), to: $1)
            let x = $0.add("c3", convolution(3, 1), to: $0.add("c2", convolution(3, 1), to: $1))
            _ = $0.add("sum", .add, to: x, late)
        }
        let found = try KerasCase(network)
        #expect(found.names == ["pixels", "c2", "c3", "c1", "sum"])
        let own = ParameterStore.generated(for: network, seed: 3)
        // One place and as many inputs as outputs: a transposed matrix.
        let kernel = try #require(own["c1/kernel"]?.floats)
        #expect(found.weights["c1/0"]?.floats == [0, 3, 6, 1, 4, 7, 2, 5, 8].map { kernel[$0] })
    }

    @Test func nodesThatNoOutputNeedsAreLeftOut() throws {
        var builder = NetworkBuilder("net")
        let x = builder.add("conv", convolution(2, 3), to: builder.input(height: 4, width: 4))
        _ = builder.add("unused", convolution(2, 3), to: x)
        #expect(try KerasCase(builder.build(outputs: ["conv"])).names == ["pixels", "conv"])
    }

    @Test func whatKerasCannotHaveIsNamed() throws {
        let network = try network {
            let token = $0.add("token", .parameter(LearnedTensor(shape: [3])))
            _ = $0.add("sum", .add, to: $1, token)
        }
        let error = #expect(throws: ExportError.self) { try KerasCase(network) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("token") && text.contains("ONNX"))
    }

    @Test func aPictureOfOtherChannelsIsRefused() throws {
        let network = try network(channels: 1) { _ = $0.add("relu", .activation(.relu), to: $1) }
        #expect(throws: ExportError.self) { try KerasCase(network) }
        let grey = KerasPixels(colorOrder: .grey, mean: [1], scale: [.infinity])
        #expect(throws: ExportError.self) { try KerasCase(network, pixels: grey) }
    }
}
