internal import GraftFiles

/// A setting of a node: `AttributeProto` of onnx.proto.
struct ONNXAttribute: Sendable, Hashable {
    /// What an attribute can hold.
    enum Value: Sendable, Hashable {
        case number(Float)
        case integer(Int)
        case integers([Int])
    }

    /// What it is called, as in "strides".
    var name: String
    /// What it holds.
    var value: Value

    /// A number.
    init(_ name: String, _ number: Float) { (self.name, value) = (name, .number(number)) }

    /// An integer.
    init(_ name: String, _ integer: Int) { (self.name, value) = (name, .integer(integer)) }

    /// A list of integers.
    init(_ name: String, _ integers: [Int]) { (self.name, value) = (name, .integers(integers)) }

    /// The message. Field 20 is the type: 1 number, 2 integer, 7 integers.
    var message: ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, name)
        switch value {
        case .number(let number):
            message.add(2, number)
            message.add(20, 1)
        case .integer(let integer):
            message.add(3, integer)
            message.add(20, 2)
        case .integers(let integers):
            for integer in integers { message.add(8, integer) }
            message.add(20, 7)
        }
        return message
    }
}
