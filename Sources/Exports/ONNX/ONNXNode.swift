internal import GraftFiles

/// One operator with the values that it takes and gives: `NodeProto` of onnx.proto.
struct ONNXNode: Sendable, Hashable {
    /// The operator, as in "Conv".
    var operation: String
    /// The names of the values that it takes.
    var inputs: [String]
    /// The name of the value that it gives; the node is called the same.
    var output: String
    /// Its settings.
    var attributes: [ONNXAttribute]

    /// The message.
    var message: ProtobufMessage {
        var message = ProtobufMessage()
        for input in inputs { message.add(1, input) }
        message.add(2, output)
        message.add(3, output)
        message.add(4, operation)
        for attribute in attributes { message.add(5, attribute.message) }
        return message
    }
}
