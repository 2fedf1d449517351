import GraftFiles
import GraftTensors
import Testing

@testable import GraftExports

/// Bytes of single messages, written down from the field numbers of onnx.proto.
@Suite struct ONNXMessageTests {
    @Test func integersOfAttributesStandInFieldThree() {
        // name 1, i 3, type 20 = INT 2.
        let message = ONNXAttribute("axis", -1).message
        let axis: [UInt8] = [0x0A, 4] + Array("axis".utf8)
        #expect(message.bytes == axis + [0x18] + [UInt8](repeating: 0xFF, count: 9) + [1, 0xA0, 0x01, 2])
    }

    @Test func numbersOfAttributesStandInFieldTwo() {
        // name 1, f 2, type 20 = FLOAT 1.
        let message = ONNXAttribute("beta", 0.5).message
        #expect(message.bytes == [0x0A, 4] + Array("beta".utf8) + [0x15, 0, 0, 0, 0x3F, 0xA0, 0x01, 1])
    }

    @Test func listsOfAttributesStandInFieldEight() {
        // name 1, ints 8 one by one, type 20 = INTS 7.
        let message = ONNXAttribute("pads", [0, 1, 200]).message
        #expect(
            message.bytes == [0x0A, 4] + Array("pads".utf8)
                + [0x40, 0, 0x40, 1, 0x40, 0xC8, 0x01, 0xA0, 0x01, 7])
    }

    @Test func fieldsOfNodesStandInTheirOrder() {
        // input 1 twice, output 2, name 3, op_type 4, attribute 5.
        let node = ONNXNode(
            operation: "Add", inputs: ["a", "b"], output: "c", attributes: [ONNXAttribute("d", 3)])
        let attribute: [UInt8] = [0x0A, 1, 0x64, 0x18, 3, 0xA0, 0x01, 2]
        let names: [UInt8] = [0x0A, 1, 0x61, 0x0A, 1, 0x62, 0x12, 1, 0x63, 0x1A, 1, 0x63]
        #expect(node.message.bytes == names + [0x22, 3] + Array("Add".utf8) + [0x2A, 8] + attribute)
    }

    @Test func theBatchOfInputsIsFree() {
        // name 1; type 2: tensor_type 1: elem_type 1, shape 2: dim 1: dim_param 2, or dim_value 1.
        let info = ONNXValueInfo(name: "x", type: .uint8, dimensions: [5])
        let shape: [UInt8] = [0x0A, 3, 0x12, 1, 0x4E, 0x0A, 2, 0x08, 5]
        #expect(info.message.bytes == [0x0A, 1, 0x78, 0x12, 15, 0x0A, 13, 0x08, 2, 0x12, 9] + shape)
    }

    @Test func headsOfTensorsCountTheirElements() {
        // Field 5 of the graph; dims 1 one by one, data_type 2, name 8, raw_data 9.
        let tensor = ONNXTensor(
            name: "w", type: .float16, dimensions: [2, 3],
            source: .parameter(Tensor(zeros: [2, 3]), factors: []))
        let fields: [UInt8] = [0x08, 2, 0x08, 3, 0x10, 10, 0x42, 1, 0x77, 0x4A, 12]
        #expect(tensor.head(field: 5).bytes == [0x2A, 23] + fields)
        #expect(fields.count + tensor.dataByteCount == 23)
    }

    @Test func rowsAreMultipliedByTheirFactors() {
        let tensor = ONNXTensor(
            name: "w", type: .float32, dimensions: [2, 2],
            source: .parameter(Tensor([1, 2, 3, 4], shape: [2, 2]), factors: [10, -2]))
        var bytes: [UInt8] = []
        tensor.append(1..<4, to: &bytes)
        #expect(bytes == [0, 0, 0xA0, 0x41, 0, 0, 0xC0, 0xC0, 0, 0, 0, 0xC1])  // 20, -6, -8
        #expect(tensor.greatestMagnitude == 20)
    }

    @Test func halvesTakeTwoBytes() {
        let tensor = ONNXTensor(
            name: "w", type: .float16, dimensions: [2],
            source: .parameter(Tensor([1, -0.5], shape: [2]), factors: []))
        var bytes: [UInt8] = []
        tensor.append(0..<2, to: &bytes)
        #expect(bytes == [0, 0x3C, 0, 0xB8])
    }

    @Test func namesInTheGraphAreUnique() {
        var graph = ONNXGraph(reserving: ["pixels"])
        #expect(graph.add("Relu", ["pixels"], named: "pixels") == "pixels:2")
        #expect(graph.add("Relu", ["pixels:2"], named: "a") == "a")
        #expect(graph.constant(1, named: "a") == "a:2")
    }

    @Test func textsAreQuotedForJSON() {
        #expect("a\"b\\c\u{1}\nü/".quotedForJSON == #""a\"b\\c\u0001\u000aü/""#)
    }
}
