/// A record of an event file: data between its length and checksums, as TFRecord files have them.
enum EventRecord {
    /// The record that holds `data`.
    ///
    /// All numbers are little-endian: length (8 bytes), masked CRC-32C of the length (4), data, masked
    /// CRC-32C of the data (4).
    static func bytes(_ data: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(data.count))
        var record: [UInt8] = []
        record.reserveCapacity(data.count + 16)
        record += length
        record += littleEndian(CRC32C.masked(length))
        record += data
        record += littleEndian(CRC32C.masked(data))
        return record
    }

    /// The bytes of `number`, the lowest first.
    private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        stride(from: 0, to: Number.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
