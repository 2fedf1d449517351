/// An entry of an archive to be written: the header before its bytes, and its entry in the directory.
struct ZipEntry: Sendable {
    /// Its name in UTF-8.
    let name: [UInt8]
    /// The number of its bytes.
    let byteCount: Int
    /// Where its header starts.
    let header: Int
    /// The CRC-32 of its bytes.
    var checksum: UInt32 = 0

    /// An entry's bytes start on multiples of this, as mapped tensors should.
    static let alignment = 64
    // The version of the format that stored entries need, and fields of 64 bits.
    static let version = 20
    static let version64 = 45
    // Bit 11: the name is in UTF-8.
    private static let flags = 0x0800
    // Days from bit 0 on, months from bit 5 on, years since 1980 from bit 9 on.
    private static let firstDay = 1 << 5 | 1

    /// Whether sizes need 64 bits.
    private var isLarge: Bool { byteCount >= ZipFormat.elsewhere32 }

    /// The header, with the checksum that is known so far.
    var localHeader: [UInt8] {
        var extra = ByteWriter()
        if isLarge { ZipEntry.add64([byteCount, byteCount], to: &extra) }
        let start = header + ZipFormat.localHeaderLength + name.count + extra.count
        var gap = start.padding(to: ZipEntry.alignment)
        if gap > 0 {
            // The field has a number, a length and the multiple, and fills the rest with zeros.
            if gap < 6 { gap += ZipEntry.alignment }
            extra.add(ZipFormat.extraAlignment, width: 2)
            extra.add(gap - 4, width: 2)
            extra.add(ZipEntry.alignment, width: 2)
            extra.addZeros(gap - 6)
        }
        var bytes = ByteWriter()
        bytes.add(ZipFormat.localHeader, width: 4)
        addDescription(isLarge: isLarge, to: &bytes)
        bytes.add(extra.count, width: 2)
        bytes.add(name)
        bytes.add(extra.bytes)
        return bytes.bytes
    }

    /// The entry in the directory.
    var directoryEntry: [UInt8] {
        let isFar = header >= ZipFormat.elsewhere32
        var extra = ByteWriter()
        let numbers = (isLarge ? [byteCount, byteCount] : []) + (isFar ? [header] : [])
        if !numbers.isEmpty { ZipEntry.add64(numbers, to: &extra) }
        var bytes = ByteWriter()
        bytes.add(ZipFormat.directoryEntry, width: 4)
        // The version of the writer; its upper byte 0 says that no rights of files are kept.
        bytes.add(ZipEntry.version64, width: 2)
        addDescription(isLarge: isLarge || isFar, to: &bytes)
        bytes.add(extra.count, width: 2)
        // The comment's length, the number of the volume, and attributes of files.
        bytes.addZeros(2 + 2 + 2 + 4)
        bytes.add(min(header, ZipFormat.elsewhere32), width: 4)
        bytes.add(name)
        bytes.add(extra.bytes)
        return bytes.bytes
    }

    /// What both have: from the needed version to the name's length.
    private func addDescription(isLarge: Bool, to bytes: inout ByteWriter) {
        bytes.add(isLarge ? ZipEntry.version64 : ZipEntry.version, width: 2)
        bytes.add(ZipEntry.flags, width: 2)
        // Stored, at midnight.
        bytes.addZeros(2 + 2)
        bytes.add(ZipEntry.firstDay, width: 2)
        bytes.add(Int(checksum), width: 4)
        for _ in 0..<2 { bytes.add(min(byteCount, ZipFormat.elsewhere32), width: 4) }
        bytes.add(name.count, width: 2)
    }

    /// Adds the extra field with numbers of 64 bits.
    private static func add64(_ numbers: [Int], to extra: inout ByteWriter) {
        extra.add(ZipFormat.extra64, width: 2)
        extra.add(8 * numbers.count, width: 2)
        for number in numbers { extra.add(number, width: 8) }
    }
}
