/// The type of a tensor's elements, with the number that `TensorProto.DataType` of onnx.proto has for it.
enum ONNXElementType: Int, Sendable, Hashable {
    case float32 = 1
    case uint8 = 2
    case int64 = 7
    case float16 = 10

    /// The size of one element in bytes.
    var byteCount: Int {
        switch self {
        case .uint8: 1
        case .float16: 2
        case .float32: 4
        case .int64: 8
        }
    }
}
