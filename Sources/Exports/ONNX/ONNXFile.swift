internal import GraftFiles

/// The parts of an ONNX file put together: `ModelProto` with its `GraphProto` of onnx.proto.
struct ONNXFile {
    /// The parts of the file in order.
    let pieces: [ONNXChunks.Piece]
    /// The size of the file.
    let byteCount: Int

    /// A file with this graph.
    init(
        name: String, graph: ONNXGraph, inputs: [ONNXValueInfo], outputs: [ONNXValueInfo],
        metadata: [(key: String, value: String)], options: ONNXOptions
    ) {
        var nodes = ProtobufMessage()
        for node in graph.nodes { nodes.add(1, node.message) }
        nodes.add(2, name)
        var heads: [ProtobufMessage] = []
        for tensor in graph.tensors { heads.append(tensor.head(field: 5)) }
        var ends = ProtobufMessage()
        for input in inputs { ends.add(11, input.message) }
        for output in outputs { ends.add(12, output.message) }

        let stored = zip(heads, graph.tensors).reduce(0) { $0 + $1.0.bytes.count + $1.1.dataByteCount }
        var start = Self.start(options)
        start.addHead(7, byteCount: nodes.bytes.count + stored + ends.bytes.count)
        let rest = ends.appending(Self.rest(metadata))

        pieces =
            [.bytes(start.appending(nodes).bytes)]
            + zip(heads, graph.tensors).flatMap { [.bytes($0.bytes), .elements($1)] } + [.bytes(rest.bytes)]
        byteCount = start.bytes.count + nodes.bytes.count + stored + rest.bytes.count
    }

    /// The IR version and who wrote the file.
    private static func start(_ options: ONNXOptions) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, 8)
        message.add(2, options.producerName)
        message.add(3, options.producerVersion)
        return message
    }

    /// The version of the operators, and the metadata.
    private static func rest(_ metadata: [(key: String, value: String)]) -> ProtobufMessage {
        var operators = ProtobufMessage()
        operators.add(1, "")
        operators.add(2, 17)
        var message = ProtobufMessage()
        message.add(8, operators)
        for (key, value) in metadata {
            var entry = ProtobufMessage()
            entry.add(1, key)
            entry.add(2, value)
            message.add(14, entry)
        }
        return message
    }
}
