internal import GraftFiles

/// The name, type and shape of an input or output: `ValueInfoProto` of onnx.proto.
struct ONNXValueInfo: Sendable, Hashable {
    /// What it is called.
    var name: String
    /// The type of its elements.
    var type: ONNXElementType
    /// Its extents behind the first one, which is the batch and free.
    var dimensions: [Int]

    /// The message: the name, and a type with an element type and a shape.
    var message: ProtobufMessage {
        var shape = ProtobufMessage()
        var batch = ProtobufMessage()
        batch.add(2, "N")
        shape.add(1, batch)
        for extent in dimensions {
            var dimension = ProtobufMessage()
            dimension.add(1, extent)
            shape.add(1, dimension)
        }
        var tensor = ProtobufMessage()
        tensor.add(1, type.rawValue)
        tensor.add(2, shape)
        var typeMessage = ProtobufMessage()
        typeMessage.add(1, tensor)
        var message = ProtobufMessage()
        message.add(1, name)
        message.add(2, typeMessage)
        return message
    }
}
