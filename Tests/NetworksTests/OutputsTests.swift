import Foundation
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

@Suite struct OutputsTests {
    private func network(_ outputs: [String] = []) throws -> Network {
        var builder = NetworkBuilder("n")
        let x = builder.input(height: 4, width: 4, channels: 3)
        let stem = builder.add("stem", .convolution(Convolution(filters: 4, kernelSize: 1)), to: x)
        let token = builder.add("token", .parameter(LearnedTensor(shape: [4])))
        let sum = builder.add("sum", .add, to: stem, token)
        let pooled = builder.add("pool", .globalAveragePooling, to: sum)
        _ = builder.add("class", .dense(Dense(units: 2)), to: pooled)
        _ = builder.add("box", .dense(Dense(units: 4)), to: pooled)
        return try builder.build(outputs: outputs)
    }

    private func json(_ network: Network) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(network), as: UTF8.self)
    }

    @Test func lastNodeIsTheOutputUnlessOthersAreNamed() throws {
        #expect(try network().outputs == ["box"])
        #expect(try network() == network(["box"]))
        let both = try network(["class", "box"])
        #expect(both.output.name == "class" && both.outputShape == [2])
        #expect(try both.resized(height: 8, width: 8).outputs == ["class", "box"])
        #expect(try both.ending(at: "pool").outputs == ["pool"])
        #expect(try both.ending(at: ["pool", "class"]).outputs == ["pool", "class"])
        #expect(try both.ending(at: ["pool", "class"]).nodes.last?.name == "class")
    }

    @Test func namesOfOutputsAreWrittenOnlyWhereTheyAreNotTheLastNode() throws {
        #expect(try !json(network()).contains("outputs"))
        let both = try network(["class", "box"])
        #expect(try json(both).hasSuffix(#""outputs":["class","box"]}"#))
        #expect(try JSONDecoder().decode(Network.self, from: Data(json(both).utf8)) == both)
    }

    @Test func outputsThatAreNoneAreRefused() {
        func message(_ outputs: [String]) -> String? {
            #expect(throws: NetworkError.self) { try network(outputs) }?.description
        }
        #expect(message(["nose"]) == "network n has no node nose for an output.")
        #expect(message(["box", "box"]) == "network n has the output box twice.")
    }

    @Test func tailKeepsItsOutputsAndLearnedNumbersAreGivenOnBothSides() throws {
        let both = try network(["class", "box"])
        let late = try both.cut { $0.name == "class" }
        #expect(late.tail.outputs == ["class"])
        #expect(late.trunk?.nodes.map(\.name).contains("token") == true)
        let early = try both.cut { ["sum", "class", "token"].contains($0.name) }
        #expect(early.boundary == ["stem"])
        #expect(early.tail.outputs == ["class", "box"])
        #expect(early.trunk?.nodes.map(\.name) == ["input", "stem"])
        // Frozen, it is no value that would have to be kept for each picture.
        let frozen = try both.cut { $0.name == "class" || $0.name == "sum" }
        #expect(frozen.boundary == ["stem"])
        #expect(frozen.tail.nodes.map(\.name).contains("token"))
    }

    @Test func inputsAreRepeatedAsInNumPy() throws {
        func shape(_ first: Shape, _ second: Shape) -> Shape? {
            try? NetworkOperation.add.outputShape(of: "n", inputs: [first, second])
        }
        #expect(shape([4, 5, 3], [3]) == [4, 5, 3])
        #expect(shape([3], [4, 5, 3]) == [4, 5, 3])
        #expect(shape([4, 5, 3], [5, 1]) == [4, 5, 3])
        #expect(shape([4, 5, 3], [1, 1, 1]) == [4, 5, 3])
        #expect(shape([6, 3], [6, 3]) == [6, 3])
        #expect(shape([4, 5, 3], [4]) == nil)
        // Neither has the shape of the result.
        #expect(shape([4, 1], [1, 3]) == nil)
        let error = #expect(throws: NetworkError.self) {
            try NetworkOperation.multiply.outputShape(of: "n", inputs: [[4], [3]])
        }
        #expect(
            error?.description
                == "n gets an input of shape [4] and [3]; expected two of the same shape, or one that can be "
                + "repeated along the axes of the other.")
    }
}
