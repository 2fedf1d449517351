import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExports

@Suite struct ONNXFoldingTests {
    private let parameters = ParameterStore([
        "conv/kernel": Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1]), "conv/bias": Tensor([5, 6], shape: [2]),
        "bn/gamma": Tensor([3, 10], shape: [2]), "bn/beta": Tensor([0.5, -1], shape: [2]),
        "bn/movingMean": Tensor([4, 8], shape: [2]), "bn/movingVariance": Tensor([3.75, 24.75], shape: [2]),
    ])

    /// A convolution and a BatchNorm; where it is shared, a sum reads the convolution too.
    private func network(hasBias: Bool = true, isShared: Bool = false) throws -> Network {
        var builder = NetworkBuilder("net")
        let input = builder.input(height: 3, width: 2, channels: 2)
        let conv = builder.add(
            "conv", .convolution(Convolution(filters: 2, kernelSize: 1, hasBias: hasBias)), to: input)
        let normalized = builder.add(
            "bn", .batchNormalization(BatchNormalization(epsilon: 0.25)), to: conv)
        if isShared { _ = builder.add("sum", .add, to: conv, normalized) }
        return try builder.build()
    }

    private func graph(_ network: Network) throws -> ONNXGraph {
        try ONNXTranslation(
            network, parameters, isHalf: false, input: "x", in: ONNXGraph(reserving: ["x"])
        ).graph
    }

    private func numbers(_ name: String, in graph: ONNXGraph) throws -> [Float] {
        let tensor = try #require(graph.tensors.first { $0.name == name })
        var bytes: [UInt8] = []
        tensor.append(0..<tensor.elementCount, to: &bytes)
        return unsafe bytes.withUnsafeBytes {
            unsafe Tensor(bytes: $0, shape: [tensor.elementCount], elementType: .float32).floats
        }
    }

    @Test func batchNormBecomesPartOfTheConvolution() throws {
        // Factors 3 / √(3.75 + 0.25) = 1.5 and 10 / √25 = 2.
        let graph = try graph(network())
        #expect(graph.nodes.map(\.operation) == ["Conv"])
        #expect(try numbers("conv/kernel", in: graph) == [1.5, 3, 6, 8])
        // (5 − 4) · 1.5 + 0.5 and (6 − 8) · 2 − 1.
        #expect(try numbers("conv/bias", in: graph) == [2, -5])
    }

    @Test func aConvolutionWithoutBiasGetsOne() throws {
        let graph = try graph(network(hasBias: false))
        #expect(try numbers("conv/bias", in: graph) == [-5.5, -17])
        #expect(graph.nodes[0].inputs == ["x", "conv/kernel", "conv/bias"])
    }

    @Test func batchNormStaysWhereOthersReadTheConvolution() throws {
        let graph = try graph(network(isShared: true))
        #expect(graph.nodes.map(\.operation) == ["Conv", "Mul", "Add", "Add"])
        #expect(try numbers("conv/kernel", in: graph) == [1, 2, 3, 4])
        #expect(try numbers("bn/factor", in: graph) == [1.5, 2])
        #expect(try numbers("bn/offset", in: graph) == [-5.5, -17])
    }

    @Test func batchNormStaysWhereTheConvolutionIsAnOutput() throws {
        let network = try network().ending(at: ["conv", "bn"])
        #expect(try graph(network).nodes.map(\.operation) == ["Conv", "Mul", "Add"])
    }

    @Test func paddingHasFourEdgesThatDependOnTheInput() throws {
        var builder = NetworkBuilder("net")
        let input = builder.input(height: 6, width: 7, channels: 4)
        let conv = builder.add(
            "conv", .convolution(Convolution(filters: 4, kernelSize: 3, stride: 2, padding: .same)), to: input
        )
        _ = builder.add("pool", .pooling(Pooling(.maximum, size: 2, stride: 2, roundsUp: true)), to: conv)
        let network = try builder.build()
        let graph = try ONNXTranslation(
            network, ParameterStore.generated(for: network, seed: 1), isHalf: false, input: "x",
            in: ONNXGraph(reserving: ["x"])
        ).graph
        // 6 rows in steps of 2 need one more below; 7 columns one on each side.
        #expect(graph.nodes[0].attributes.contains(ONNXAttribute("pads", [0, 1, 1, 1])))
        // Of 3 rows and 4 columns, the last row is half of a window.
        #expect(graph.nodes[1].attributes.contains(ONNXAttribute("pads", [0, 0, 1, 0])))
    }

    @Test func theConstantOfANormalizationAmongChannelsIsOne() throws {
        var builder = NetworkBuilder("net")
        let input = builder.input(height: 6, width: 7, channels: 4)
        let norm = LocalResponseNormalization(size: 3, alpha: 2, beta: 0.5, k: 4)
        _ = builder.add("norm", .localResponseNormalization(norm), to: input)
        let graph = try graph(builder.build())
        #expect(graph.nodes.map(\.operation) == ["LRN", "Mul"])
        #expect(graph.nodes[0].attributes.contains(ONNXAttribute("alpha", 0.5)))
        #expect(graph.nodes[0].attributes.contains(ONNXAttribute("bias", Float(1))))
        // 4 to the power of −1/2.
        #expect(try numbers("norm:factor", in: graph) == [0.5])
    }
}
