/// Reads a file's 32-bit words one after the other, and never beyond the end.
@safe struct WordReader {
    private let start: UnsafeRawPointer
    /// The bytes that may be read.
    let count: Int
    /// The byte that is read next.
    private(set) var position: Int

    init(_ start: UnsafeRawPointer, count: Int, position: Int = 0) {
        unsafe (self.start, self.count, self.position) = (start, count, position)
    }

    /// The next word as a number.
    mutating func bits() throws(Flaw) -> UInt32 {
        guard position >= 0, position <= count - 4 else { throw .wrongLength }
        defer { position += 4 }
        return unsafe UInt32(littleEndian: start.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }

    /// The next word as a whole number in a range.
    mutating func integer(_ range: ClosedRange<Int>) throws(Flaw) -> Int {
        let bits = try bits()
        guard bits <= UInt32(Int32.max), range.contains(Int(bits)) else { throw .impossibleNumber }
        return Int(bits)
    }

    /// The next word as a position below a limit; `nil` where it is 0xFFFFFFFF.
    mutating func position(below limit: Int) throws(Flaw) -> Int? {
        let bits = try bits()
        if bits == UInt32.max { return nil }
        guard bits <= UInt32(Int32.max), Int(bits) < limit else { throw .impossibleNumber }
        return Int(bits)
    }

    /// The next word as a finite number in single precision.
    mutating func float() throws(Flaw) -> Float {
        let value = Float(bitPattern: try bits())
        guard value.isFinite else { throw .impossibleNumber }
        return value
    }
}
