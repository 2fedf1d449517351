/// The bytes of one message of protocol buffers, written field by field.
///
/// The encoding is that of https://protobuf.dev/programming-guides/encoding: each field is a tag (field
/// number · 8 + wire type) and a value.
struct ProtobufMessage: Sendable, Hashable {
    /// The fields so far.
    private(set) var bytes: [UInt8] = []

    /// How a value is stored.
    private enum WireType: UInt64 {
        case varint = 0
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// Adds an integer. A negative one takes ten bytes: its two's complement in 64 bits.
    mutating func add(_ field: Int, _ value: Int) {
        addTag(field, .varint)
        addVarint(UInt64(bitPattern: Int64(value)))
    }

    /// Adds a number.
    mutating func add(_ field: Int, _ value: Float) {
        addTag(field, .fixed32)
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
        }
    }

    /// Adds a text in UTF-8.
    mutating func add(_ field: Int, _ text: String) {
        add(field, Array(text.utf8))
    }

    /// Adds bytes.
    mutating func add(_ field: Int, _ content: [UInt8]) {
        addHead(field, byteCount: content.count)
        bytes += content
    }

    /// Adds a message.
    mutating func add(_ field: Int, _ message: ProtobufMessage) {
        add(field, message.bytes)
    }

    /// Adds what stands before the bytes of a field: the bytes themselves follow from elsewhere.
    mutating func addHead(_ field: Int, byteCount: Int) {
        addTag(field, .lengthDelimited)
        addVarint(UInt64(byteCount))
    }

    /// This message with the fields of another one behind its own.
    func appending(_ other: ProtobufMessage) -> ProtobufMessage {
        var result = self
        result.bytes += other.bytes
        return result
    }

    /// Adds the number and wire type of a field.
    private mutating func addTag(_ field: Int, _ type: WireType) {
        addVarint(UInt64(field) << 3 | type.rawValue)
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
