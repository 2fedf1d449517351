/// Rows of numbers as bytes.
enum FloatRows {
    /// The numbers of `row` in four bytes each, little-endian (IEEE 754 binary32).
    static func littleEndianBytes(_ row: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(row.count * 4)
        for value in row {
            let bits = value.bitPattern
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
        }
        return bytes
    }
}
