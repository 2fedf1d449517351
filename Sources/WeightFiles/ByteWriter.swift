/// Bytes of a file, put together from front to back. Numbers have their lowest byte first.
struct ByteWriter: Sendable {
    /// The bytes so far.
    private(set) var bytes: [UInt8] = []

    /// The number of bytes so far.
    var count: Int { bytes.count }

    /// Adds bytes.
    mutating func add(_ content: some Sequence<UInt8>) { bytes += content }

    /// Adds a number of `width` bytes.
    ///
    /// - Precondition: it fits in them.
    mutating func add(_ number: Int, width: Int) { bytes += ByteWriter.encoded(number, width: width) }

    /// Adds zeros.
    mutating func addZeros(_ count: Int) { bytes += repeatElement(0, count: count) }

    /// Adds zeros up to the next multiple of `unit`.
    mutating func align(to unit: Int) { addZeros(count.padding(to: unit)) }

    /// Replaces the number of eight bytes at `place`.
    mutating func replace(at place: Int, with number: Int) {
        bytes.replaceSubrange(place..<(place + 8), with: ByteWriter.encoded(number, width: 8))
    }

    /// The bytes of a number.
    ///
    /// - Precondition: it fits in `width` bytes.
    static func encoded(_ number: Int, width: Int) -> [UInt8] {
        precondition(number >= 0 && (width == 8 || number >> (8 * width) == 0), "\(number) is too large")
        return encoded(bits: UInt64(number), width: width)
    }

    /// The low `width` bytes of a pattern of bits.
    static func encoded(bits: UInt64, width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
    }
}

extension Int {
    /// How far the next multiple of `unit` is.
    func padding(to unit: Int) -> Int { (unit - self % unit) % unit }
}
