import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExports

@Suite struct ONNXTranslationTests {
    private func graph(
        height: Int = 6, width: Int = 6, _ add: (inout NetworkBuilder, String) -> Void
    ) throws -> ONNXGraph {
        var builder = NetworkBuilder("net")
        let input = builder.input(height: height, width: width, channels: 4)
        add(&builder, input)
        let network = try builder.build()
        return try ONNXTranslation(
            network, ParameterStore.generated(for: network, seed: 1), isHalf: false, input: "x",
            in: ONNXGraph(reserving: ["x"])
        ).graph
    }

    @Test(arguments: [
        (Activation.relu, ["Relu"]), (.relu6, ["Clip"]), (.leakyReLU(slope: 0.1), ["LeakyRelu"]),
        (.sigmoid, ["Sigmoid"]), (.silu, ["Sigmoid", "Mul"]), (.hardSwish, ["HardSwish"]),
        (.hardSigmoid, ["HardSigmoid"]), (.gelu, ["Mul", "Erf", "Add", "Mul", "Mul"]),
        (.geluTanh, ["Mul", "Mul", "Mul", "Add", "Mul", "Tanh", "Add", "Mul", "Mul"]),
    ])
    func activationsAreOperatorsOfOpset17(_ activation: Activation, _ operators: [String]) throws {
        let graph = try graph { builder, input in
            _ = builder.add("act", .activation(activation), to: input)
        }
        #expect(graph.nodes.map(\.operation) == operators)
        #expect(graph.nodes.last?.output == "act")
    }

    @Test func featureMapsAreFlattenedInTheOrderHeightWidthChannels() throws {
        let graph = try graph { builder, input in _ = builder.add("flat", .flatten, to: input) }
        #expect(graph.nodes.map(\.operation) == ["Transpose", "Flatten"])
        #expect(graph.nodes[0].attributes == [ONNXAttribute("perm", [0, 2, 3, 1])])
        let point = try self.graph(height: 1, width: 1) { builder, input in
            _ = builder.add("flat", .flatten, to: input)
        }
        #expect(point.nodes.map(\.operation) == ["Flatten"])
    }

    @Test func vectorsAreRepeatedOverFeatureMaps() throws {
        let graph = try graph { builder, input in
            let means = builder.add("means", .globalAveragePooling, to: input)
            _ = builder.add("product", .multiply, to: means, input)
        }
        #expect(graph.nodes.map(\.operation) == ["GlobalAveragePool", "Flatten", "Unsqueeze", "Mul"])
        #expect(graph.nodes[3].inputs == ["means:wide", "x"])
    }

    @Test func learnedNumbersAreRepeatedForEachPictureWhereTheyAreJoined() throws {
        let graph = try graph { builder, input in
            let map = builder.add("map", .parameter(LearnedTensor(shape: [6, 6, 2])))
            _ = builder.add("joined", .concatenate, to: input, map)
        }
        #expect(graph.nodes.map(\.operation) == ["Transpose", "Shape", "Concat", "Expand", "Concat"])
        #expect(graph.nodes[1].inputs == ["pixels"])
    }

    @Test func windowsThatDivideTheInputAreAPooling() throws {
        let even = try graph { builder, input in
            let size = AdaptiveAveragePooling(height: 2, width: 3)
            _ = builder.add("pool", .adaptiveAveragePooling(size), to: input)
        }
        #expect(even.nodes.map(\.operation) == ["AveragePool"])
        #expect(even.nodes[0].attributes.contains(ONNXAttribute("kernel_shape", [3, 2])))
        let odd = try graph { builder, input in
            let size = AdaptiveAveragePooling(height: 4, width: 3)
            _ = builder.add("pool", .adaptiveAveragePooling(size), to: input)
        }
        #expect(odd.nodes.map(\.operation) == ["MatMul", "MatMul"])
    }

    @Test func dropoutIsNothing() throws {
        let graph = try graph { builder, input in
            let dropped = builder.add("dropout", .dropout(Dropout(rate: 0.5)), to: input)
            _ = builder.add("relu", .activation(.relu), to: dropped)
        }
        #expect(graph.nodes.map(\.operation) == ["Relu"] && graph.nodes[0].inputs == ["x"])
    }

    @Test func rowsOfVectorsAreALongerBatch() throws {
        let graph = try graph { builder, input in
            let means = builder.add("means", .globalAveragePooling, to: input)
            let tokens = builder.add("tokens", .parameter(LearnedTensor(shape: [5, 4])))
            let rows = builder.add("rows", .add, to: means, tokens)
            _ = builder.add("dense", .dense(Dense(units: 2)), to: rows)
        }
        #expect(graph.nodes.suffix(3).map(\.operation) == ["Reshape", "Gemm", "Reshape"])
    }
}
