import Foundation
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

@Suite struct NetworkTests {
    /// Two branches, of which one is trained.
    private func branches() throws -> Network {
        var builder = NetworkBuilder("branches")
        let x = builder.input(height: 8, width: 8, channels: 4)
        let stem = builder.add("stem", .convolution(Convolution(filters: 4, kernelSize: 3)), to: x)
        let left = builder.add("left", .convolution(Convolution(filters: 4, kernelSize: 3)), to: stem)
        let right = builder.add("right", .convolution(Convolution(filters: 4, kernelSize: 1)), to: stem)
        let sum = builder.add("sum", .add, to: left, right)
        let pooled = builder.add("pool", .globalAveragePooling, to: sum)
        let dropped = builder.add("dropout", .dropout(Dropout(rate: 0.5)), to: pooled)
        _ = builder.add("dense", .dense(Dense(units: 3)), to: dropped)
        return try builder.build()
    }

    @Test func cutBeforeTheHeadKeepsDropoutInTheTail() throws {
        let cut = try branches().cut { $0.name == "dense" }
        #expect(cut.boundary == ["pool"])
        #expect(cut.trunk?.output.name == "pool")
        #expect(cut.tail.nodes.map(\.name) == ["pool", "dropout", "dense"])
        #expect(cut.tail.shape(of: "pool") == [4])
    }

    @Test func cutThroughABranchHasTwoBoundaries() throws {
        let cut = try branches().cut { ["left", "dense"].contains($0.name) }
        #expect(cut.boundary == ["stem", "right"])
        #expect(cut.trunk?.nodes.map(\.name) == ["input", "stem", "right"])
        #expect(cut.tail.nodes.map(\.name) == ["stem", "right", "left", "sum", "pool", "dropout", "dense"])
    }

    /// A narrow map, widened by a frozen convolution before what is trained.
    private func widened(by factor: Int, trainedFilters: Int) throws -> Network {
        var builder = NetworkBuilder("widened")
        let x = builder.input(height: 8, width: 8, channels: 3)
        let stem = builder.add("stem", .convolution(Convolution(filters: 4, kernelSize: 3)), to: x)
        let wide = builder.add(
            "wide", .convolution(Convolution(filters: 4 * factor, kernelSize: 1)), to: stem)
        let relu = builder.add("relu", .activation(.relu), to: wide)
        let last = builder.add(
            "last", .convolution(Convolution(filters: trainedFilters, kernelSize: 3)), to: relu)
        let sum = builder.add("pool", .globalAveragePooling, to: last)
        _ = builder.add("dense", .dense(Dense(units: 3)), to: sum)
        return try builder.build()
    }

    @Test func whatIsCheaperToComputeAgainIsNotKept() throws {
        let trained: (Node) -> Bool = { ["last", "dense"].contains($0.name) }
        // 4 · 24 multiplications at each place against 24 · 9 · 16 to train.
        let cut = try widened(by: 6, trainedFilters: 16).cut(where: trained)
        #expect(cut.boundary == ["stem"])
        #expect(cut.tail.nodes.map(\.name) == ["stem", "wide", "relu", "last", "pool", "dense"])
        // Against 24 · 9 · 1.
        #expect(try widened(by: 6, trainedFilters: 1).cut(where: trained).boundary == ["relu"])
        // What crosses must be less than half.
        #expect(try widened(by: 2, trainedFilters: 16).cut(where: trained).boundary == ["relu"])
        // Pictures would have to be read again.
        #expect(try widened(by: 6, trainedFilters: 16).cut { $0.name == "wide" }.boundary == ["stem"])
    }

    @Test func cutAtTheInputLeavesNoTrunk() throws {
        let cut = try branches().cut { $0.name == "stem" }
        #expect(cut.trunk == nil)
        #expect(cut.boundary == ["input"])
    }

    @Test func cutWithNothingTrainableIsRefused() throws {
        let error = #expect(throws: NetworkError.self) { try branches().cut { _ in false } }
        #expect(error?.description == "network branches has no trainable node. Unfreeze at least one.")
    }

    @Test func cutPointsAreWhereOneOutputAloneCrosses() throws {
        let network = try branches()
        #expect(network.cutPoints == ["left", "pool", "dropout", "dense"])
        for name in network.cutPoints { #expect(try network.cut(before: name).boundary.count == 1) }
        #expect(try network.cut(before: "left").tail.nodes.map(\.name).first == "stem")
        func message(_ name: String) -> String? {
            #expect(throws: NetworkError.self) { try network.cut(before: name) }?.description
        }
        #expect(
            message("sum")
                == "branches: sum lies beside other nodes, or is the first one; expected a node that all data goes "
                + "through. The nearest one before it is left.")
        #expect(
            message("stem")
                == "branches: stem lies beside other nodes, or is the first one; expected a node that all data "
                + "goes through. The first one is left.")
        #expect(message("nose") == "network branches has no node nose.")
    }

    @Test func activationsAreOneWordInJSON() throws {
        let activations: [Activation] = [
            .relu, .relu6, .leakyReLU(slope: 0.25), .sigmoid, .silu, .hardSwish, .hardSigmoid, .gelu,
            .geluTanh,
        ]
        let data = try JSONEncoder().encode(activations)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"["relu","relu6","leakyReLU 0.25","sigmoid","silu","hardSwish","hardSigmoid","gelu","geluTanh"]"#
        )
        #expect(try JSONDecoder().decode([Activation].self, from: data) == activations)
    }

    @Test func networkSurvivesJSON() throws {
        let network = try branches()
        let data = try JSONEncoder().encode(network)
        #expect(try JSONDecoder().decode(Network.self, from: data) == network)
    }

    @Test func impossibleNetworksAreRefusedByName() throws {
        let input = Node(name: "in", operation: .input(Input(shape: [4, 4, 3])), inputs: [])
        func message(_ nodes: Node...) -> String? {
            #expect(throws: NetworkError.self) { try Network(name: "n", nodes: nodes) }?.description
        }
        #expect(message() == "network n has no nodes.")
        #expect(
            message(input, Node(name: "a", operation: .add, inputs: ["in", "b"]))
                == "n: a takes the output of b; expected a node that comes before it.")
        #expect(
            message(input, Node(name: "a", operation: .dense(Dense(units: 2)), inputs: ["in"]))
                == "n: a gets an input of shape [4, 4, 3]; expected a vector.")
        #expect(
            message(
                input,
                Node(
                    name: "a",
                    operation: .convolution(Convolution(filters: 4, kernelSize: 5, padding: .valid)),
                    inputs: ["in"]))
                == "n: a has a kernel of 5x5 for an input of shape [4, 4, 3]; expected an input at least as large. "
                + "Use a larger input size.")
    }

    @Test func costCountsEveryMultiplication() throws {
        // 8·8 places times 4·4·9 twice and 4·4, then 4·3.
        #expect(try branches().cost.multiplyAccumulates == 64 * (144 + 144 + 16) + 12)
        #expect(try branches().cost.parameters == 144 + 144 + 16 + 12 + 3)
    }

    @Test func samePaddingPutsTheOddRowAtTheEnd() {
        let edges = Padding.same.edges(height: 224, width: 225, kernelHeight: 3, kernelWidth: 3, stride: 2)
        #expect(edges == Padding.Edges(top: 0, left: 1, bottom: 1, right: 1))
    }
}
