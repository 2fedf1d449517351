import GraftNetworks
import GraftTensors
import Testing

@Suite struct LayerTests {
    private func network() throws -> Network {
        var builder = NetworkBuilder("small")
        let x = builder.input(height: 9, width: 8, channels: 4)
        let left = builder.add(
            "left", .convolution(Convolution(filters: 8, kernelSize: 3, stride: 2)), to: x)
        let normalized = builder.add(
            "left/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: left)
        let right = builder.add(
            "right", .convolution(Convolution(filters: 8, kernelHeight: 1, kernelWidth: 7, stride: 2)), to: x)
        _ = builder.add("sum", .add, to: normalized, right)
        return try builder.build()
    }

    @Test func layersTellWhatEachNodeHoldsAndGives() throws {
        let layers = try network().layers
        #expect(layers.map(\.name) == ["input", "left", "left/bn", "right", "sum"])
        #expect(
            layers.map(\.operation) == [
                "input", "convolution 3x3 /2", "BatchNorm", "convolution 1x7 /2", "add",
            ])
        #expect(layers.map(\.shape) == [[9, 8, 4], [5, 4, 8], [5, 4, 8], [5, 4, 8], [5, 4, 8]])
        #expect(layers.map(\.parameters) == [0, 288, 32, 224, 0])
        #expect(layers.map(\.inputs) == [[], ["input"], ["left"], ["input"], ["left/bn", "right"]])
    }

    @Test func statisticsOfBatchNormAreNotTrainable() throws {
        #expect(try network().layers[2].trainableParameters == 16)
        #expect(try network().cost.nonTrainableParameters == 16)
        #expect(try network().cost.trainableParameters == 288 + 16 + 224)
    }

    @Test func generatedParametersFitTheNetworkAndAreNeverZero() throws {
        let network = try network()
        let store = ParameterStore.generated(for: network, seed: 3)
        for parameter in network.parameters {
            let values = try store.tensor(for: parameter).floats
            #expect(values.allSatisfy { $0 != 0 && $0.isFinite }, "\(parameter.name)")
            #expect(Set(values).count > 1)
        }
        #expect(store.names.count == network.parameters.count)
    }
}
