/// The type of a tensor's elements.
package enum ElementType: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
    case float64, float32, float16, bfloat16
    case int64, int32, int16, int8, uint8
    case bool

    /// The size of one element in bytes.
    package var byteCount: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Its name.
    package var description: String { rawValue }
}
