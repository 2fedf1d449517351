import GraftImages
import Testing

@testable import GraftExports

@Suite struct ONNXPixelsTests {
    private func graph(
        _ order: Preprocessing.ColorOrder, mean: [Float], scale: [Float], _ layout: ONNXOptions.Layout,
        _ type: ONNXOptions.InputType
    ) throws -> ONNXGraph {
        let preprocessing = try Preprocessing(
            height: 2, width: 3, colorOrder: order, resizeRule: .squash, interpolation: .bilinear, mean: mean,
            scale: scale)
        var graph = ONNXGraph(reserving: ["pixels"])
        let options = ONNXOptions(layout: layout, inputType: type, producerVersion: "1.0")
        let input = graph.addPixels(preprocessing, options)
        #expect(input == graph.nodes.last?.output ?? "pixels")
        return graph
    }

    private func bytes(_ name: String, in graph: ONNXGraph) throws -> [UInt8] {
        let tensor = try #require(graph.tensors.first { $0.name == name })
        var bytes: [UInt8] = []
        tensor.append(0..<tensor.elementCount, to: &bytes)
        return bytes
    }

    @Test func bytesBecomeNumbersBeforeAnythingElse() throws {
        let graph = try graph(.rgb, mean: [0.5, 1, 2], scale: [2, 1, 1], .nhwc, .uint8)
        #expect(graph.nodes.map(\.operation) == ["Cast", "Transpose", "Sub", "Mul"])
        #expect(graph.nodes[1].attributes == [ONNXAttribute("perm", [0, 3, 1, 2])])
        #expect(try bytes("pixels:mean", in: graph) == [0, 0, 0, 0x3F, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
        #expect(graph.tensors.map(\.dimensions) == [[3, 1, 1], [3, 1, 1]])
    }

    @Test func whatChangesNothingIsLeftOut() throws {
        let graph = try graph(.rgb, mean: [0, 0, 0], scale: [1, 1, 1], .nchw, .float32)
        #expect(graph.nodes.isEmpty && graph.tensors.isEmpty)
    }

    @Test func meansAndScalesAreThoseOfRedGreenAndBlueWhateverTheOrder() throws {
        let graph = try graph(.bgr, mean: [1, 2, 3], scale: [1, 2, 1], .nchw, .float32)
        #expect(graph.nodes.map(\.operation) == ["Sub", "Mul", "Gather"])
        #expect(graph.nodes[2].attributes == [ONNXAttribute("axis", 1)])
        let order = try bytes("pixels:order", in: graph)
        #expect(order == [2] + [UInt8](repeating: 0, count: 7) + [1] + [UInt8](repeating: 0, count: 15))
    }

    @Test func greyIsTheLumaInWholeLevels() throws {
        let graph = try graph(.grey, mean: [0], scale: [0.5], .nchw, .uint8)
        #expect(graph.nodes.map(\.operation) == ["Cast", "Conv", "Floor", "Mul"])
        #expect(graph.tensors.map(\.dimensions) == [[1, 3, 1, 1], [1], [1, 1, 1]])
        // 19595 / 65536 = 0x3E991600 and so on.
        let luma: [UInt8] = [0, 0x16, 0x99, 0x3E, 0, 0x46, 0x16, 0x3F, 0, 0x78, 0xE9, 0x3D]
        #expect(try bytes("pixels:luma", in: graph) == luma)
        #expect(try bytes("pixels:half", in: graph) == [0, 0, 0, 0x3F])
    }
}
