internal import GraftFiles

/// Where things are in a segment file, given how many records of which size it has.
///
/// All numbers are little-endian. A segment is a header of 128 bytes, the records' digests (32 bytes each),
/// their checksums (8 bytes each), and from the next multiple of 64 the records, each on a multiple of 64:
///
/// | offset | header field |
/// |---|---|
/// | 0 | "GRAFTSEG" |
/// | 8 | format version, 4 bytes, then 4 zero bytes |
/// | 16 | key of the collection, 32 bytes |
/// | 48 | number of records, 8 bytes |
/// | 56 | bytes a record, 8 bytes |
/// | 64 | checksum of the 64 bytes before it and of all from 72 to the end of the tables |
/// | 72 | zeros |
struct FeatureSegmentLayout: Sendable, Hashable {
    static let magic = Array("GRAFTSEG".utf8)
    static let version: UInt32 = 1
    static let headerByteCount = 128
    static let digestByteCount = 32
    static let alignment = 64
    /// The sizes that a record can have.
    static let recordByteCounts = 1..<1 << 40

    let recordCount: Int
    let recordByteCount: Int
    /// Where the records' checksums start.
    let checksumsOffset: Int
    /// Where the tables end.
    let tablesEnd: Int
    /// Where the first record starts.
    let payloadOffset: Int
    /// From the start of one record to that of the next.
    let recordStride: Int
    /// The size of the file.
    let byteCount: Int

    /// The layout of a segment; `nil` where its size overflows, as it may with numbers from a damaged file.
    init?(recordCount: Int, recordByteCount: Int) {
        // With both below 2⁴⁰ only the last product can overflow.
        guard (0..<1 << 40).contains(recordCount), Self.recordByteCounts.contains(recordByteCount) else {
            return nil
        }
        self.recordCount = recordCount
        self.recordByteCount = recordByteCount
        checksumsOffset = Self.headerByteCount + recordCount * Self.digestByteCount
        tablesEnd = checksumsOffset + recordCount * 8
        payloadOffset = Self.roundedUp(tablesEnd)
        recordStride = Self.roundedUp(recordByteCount)
        guard let payload = recordCount.multiplied(checked: recordStride),
            let total = payload.adding(checked: payloadOffset)
        else { return nil }
        byteCount = total
    }

    /// Where a record starts.
    func offset(of record: Int) -> Int { payloadOffset + record * recordStride }

    private static func roundedUp(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
