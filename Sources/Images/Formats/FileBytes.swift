/// The bytes of a file, read at places that the file names: what lies outside of it is `nil`, never a trap.
struct FileBytes {
    let bytes: [UInt8]
    /// Whether numbers begin with their lowest byte.
    var isLittleEndian = false

    init(_ bytes: [UInt8], isLittleEndian: Bool = false) {
        self.bytes = bytes
        self.isLittleEndian = isLittleEndian
    }

    var count: Int { bytes.count }

    /// Whether these bytes stand at an offset.
    func holds(_ signature: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, signature.count <= count, offset <= count - signature.count else { return false }
        for index in signature.indices where bytes[offset + index] != signature[index] { return false }
        return true
    }

    /// Whether this text stands at an offset.
    func holds(_ signature: String, at offset: Int = 0) -> Bool { holds(Array(signature.utf8), at: offset) }

    /// One byte.
    func byte(_ offset: Int) -> Int? {
        offset >= 0 && offset < count ? Int(bytes[offset]) : nil
    }

    /// A number of so many bytes, at most 7; `nil` too where it is 8 bytes that no `Int` holds.
    func number(_ offset: Int, bytes width: Int) -> Int? {
        guard offset >= 0, width <= count, offset <= count - width else { return nil }
        var value: UInt64 = 0
        for index in 0..<width {
            let next = bytes[offset + (isLittleEndian ? width - 1 - index : index)]
            value = value << 8 | UInt64(next)
        }
        return Int(exactly: value)
    }

    /// Two bytes.
    func short(_ offset: Int) -> Int? { number(offset, bytes: 2) }

    /// Four bytes.
    func long(_ offset: Int) -> Int? { number(offset, bytes: 4) }

    /// Four bytes as a number with a sign.
    func signedLong(_ offset: Int) -> Int? {
        long(offset).map { Int(Int32(truncatingIfNeeded: $0)) }
    }

    /// So many bytes as text; what the file lacks is left out.
    func text(at offset: Int, count wanted: Int) -> String {
        guard offset >= 0, offset < count else { return "" }
        return String(decoding: bytes[offset..<min(offset + wanted, count)], as: UTF8.self)
    }
}

extension Int {
    /// The product of numbers that a file claims, none of them negative; `Int.max` where it is more.
    static func claimed(_ factors: Int...) -> Int {
        var product = 1
        for factor in factors {
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            product = overflow ? .max : next
            if factor == 0 { return 0 }
        }
        return product
    }

    /// The sum of numbers that a file claims, none of them negative; `Int.max` where it is more.
    func addingClaimed(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
