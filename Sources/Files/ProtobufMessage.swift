/// The bytes of one message of protocol buffers, written field by field.
///
/// The encoding is that of https://protobuf.dev/programming-guides/encoding: each field is a tag (field
/// number · 8 + wire type) and a value.
package struct ProtobufMessage: Sendable, Hashable {
    /// The fields so far.
    package private(set) var bytes: [UInt8] = []

    /// A message without fields.
    package init() {}

    /// How a value is stored.
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// Adds an integer. A negative one takes ten bytes: its two's complement in 64 bits.
    package mutating func add(_ field: Int, _ value: Int) {
        addTag(field, .varint)
        addVarint(UInt64(bitPattern: Int64(value)))
    }

    /// Adds a number.
    package mutating func add(_ field: Int, _ value: Float) {
        addTag(field, .fixed32)
        addFixed(value.bitPattern)
    }

    /// Adds a number.
    package mutating func add(_ field: Int, _ value: Double) {
        addTag(field, .fixed64)
        addFixed(value.bitPattern)
    }

    /// Adds numbers in one field, eight bytes each; nothing where there are none.
    package mutating func add(_ field: Int, _ values: [Double]) {
        guard !values.isEmpty else { return }
        addHead(field, byteCount: 8 * values.count)
        for value in values { addFixed(value.bitPattern) }
    }

    /// Adds a text in UTF-8.
    package mutating func add(_ field: Int, _ text: String) {
        add(field, Array(text.utf8))
    }

    /// Adds bytes.
    package mutating func add(_ field: Int, _ content: [UInt8]) {
        addHead(field, byteCount: content.count)
        bytes += content
    }

    /// Adds a message.
    package mutating func add(_ field: Int, _ message: ProtobufMessage) {
        add(field, message.bytes)
    }

    /// Adds what stands before the bytes of a field: the bytes themselves follow from elsewhere.
    package mutating func addHead(_ field: Int, byteCount: Int) {
        addTag(field, .lengthDelimited)
        addVarint(UInt64(byteCount))
    }

    /// This message with the fields of another one behind its own.
    package func appending(_ other: ProtobufMessage) -> ProtobufMessage {
        var result = self
        result.bytes += other.bytes
        return result
    }

    /// Adds the number and wire type of a field.
    private mutating func addTag(_ field: Int, _ type: WireType) {
        addVarint(UInt64(field) << 3 | type.rawValue)
    }

    /// The bytes of a number of fixed size, the lowest first.
    private mutating func addFixed(_ pattern: some FixedWidthInteger) {
        for shift in stride(from: 0, to: pattern.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: pattern >> shift))
        }
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    private mutating func addVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
