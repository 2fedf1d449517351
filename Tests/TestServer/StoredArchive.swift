/// A zip archive with uncompressed files: a package that a test serves, or what a fuzzer's input is put into.
public enum StoredArchive {
    /// The archive of these files.
    public static func bytes(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in files {
            let start = bytes.count
            // Version, flags, method, time, date, checksum, packed and unpacked size, lengths of name and extra
            // field.
            let common =
                number(20, 2) + number(0, 6) + number(0x21, 2) + number(Int(checksum(content)), 4)
                + number(content.count, 4) + number(content.count, 4) + number(name.utf8.count, 2)
                + number(0, 2)
            bytes += Array("PK\u{3}\u{4}".utf8) + common + Array(name.utf8) + content
            directory += Array("PK\u{1}\u{2}".utf8) + number(20, 2) + common
            directory += number(0, 10) + number(start, 4) + Array(name.utf8)
        }
        let start = bytes.count
        return bytes + directory + Array("PK\u{5}\u{6}".utf8) + number(0, 4) + number(files.count, 2)
            + number(files.count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
        }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
    }
}
