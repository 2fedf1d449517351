/// A message in the encoding of Protocol Buffers, written field by field.
///
/// Each field starts with a key: its number times 8, plus its wire type ("Encoding" in the documentation of
/// Protocol Buffers).
struct ProtocolMessage: Sendable {
    /// The message so far.
    private(set) var bytes: [UInt8] = []

    /// How a field's value is laid out.
    private enum WireType: UInt64 {
        /// An integer in as many bytes as it takes.
        case variableLength = 0
        /// Eight bytes, little-endian.
        case eightBytes = 1
        /// A length, and so many bytes.
        case counted = 2
        /// Four bytes, little-endian.
        case fourBytes = 5
    }

    /// Adds an integer, unless it is 0: readers take a field that is missing for 0. Negative ones take ten
    /// bytes.
    mutating func add(_ field: Int, integer: Int) {
        guard integer != 0 else { return }
        addKey(field, .variableLength)
        addVariableLength(UInt64(bitPattern: Int64(integer)))
    }

    /// Adds a number in four bytes, 0 too: the field says what kind of value there is.
    mutating func add(_ field: Int, float: Float) {
        addKey(field, .fourBytes)
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: float.bitPattern >> (8 * $0)) }
    }

    /// Adds a number in eight bytes, unless it is 0.
    mutating func add(_ field: Int, double: Double) {
        guard double.bitPattern != 0 else { return }
        addKey(field, .eightBytes)
        addFixed(double)
    }

    /// Adds numbers in one field, eight bytes each; nothing where there are none.
    mutating func add(_ field: Int, doubles: [Double]) {
        guard !doubles.isEmpty else { return }
        addKey(field, .counted)
        addVariableLength(UInt64(doubles.count * 8))
        for double in doubles { addFixed(double) }
    }

    /// Adds bytes.
    mutating func add(_ field: Int, bytes added: [UInt8]) {
        addKey(field, .counted)
        addVariableLength(UInt64(added.count))
        bytes += added
    }

    /// Adds a text in UTF-8.
    mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

    /// Adds a message within this one.
    mutating func add(_ field: Int, message: ProtocolMessage) { add(field, bytes: message.bytes) }

    /// Adds what a field starts with.
    private mutating func addKey(_ field: Int, _ type: WireType) {
        addVariableLength(UInt64(field) << 3 | type.rawValue)
    }

    /// Adds an integer, seven bits a byte, the lowest first; the highest bit says that more follow.
    private mutating func addVariableLength(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Adds the eight bytes of a number.
    private mutating func addFixed(_ double: Double) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: double.bitPattern >> shift))
        }
    }
}
