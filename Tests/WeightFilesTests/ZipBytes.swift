/// Writes zip archives by hand, honest and hostile ones.
struct ZipBytes {
    var entries: [(name: String, content: [UInt8])]

    init(_ entries: [(String, [UInt8])]) { self.entries = entries.map { (name: $0.0, content: $0.1) } }

    /// The archive with all entries uncompressed. `claimed` overrides the unpacked size of an entry, which is
    /// then said to be deflated.
    func stored(claimed: [String: Int] = [:]) -> [UInt8] {
        archive { name, content in (content, claimed[name] ?? content.count, claimed[name] == nil ? 0 : 8) }
    }

    /// The archive with all entries deflated, in blocks that happen to be uncompressed.
    func deflated() -> [UInt8] {
        archive { _, content in
            var packed: [UInt8] = []
            for start in stride(from: 0, to: content.count, by: 60_000) {
                let block = content[start..<min(start + 60_000, content.count)]
                let size = PickleBytes.littleEndian(block.count, 2)
                packed += [start + 60_000 >= content.count ? 1 : 0] + size + size.map { ~$0 } + block
            }
            return (packed, content.count, 8)
        }
    }

    private func archive(
        _ pack: (_ name: String, _ content: [UInt8]) -> (packed: [UInt8], size: Int, method: Int)
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        func number(_ value: Int, _ count: Int) -> [UInt8] { PickleBytes.littleEndian(value, count) }
        for (name, content) in entries {
            let start = bytes.count
            let (packed, size, method) = pack(name, content)
            // Version, flags, method, time, date, checksum, packed and unpacked size, lengths of name and
            // extra field.
            let common =
                number(20, 2) + number(0, 2) + number(method, 2) + number(0, 2) + number(0x21, 2)
                + number(Int(ZipBytes.checksum(content)), 4) + number(packed.count, 4)
                + number(size, 4) + number(name.utf8.count, 2) + number(0, 2)
            bytes += Array("PK\u{3}\u{4}".utf8) + common + name.utf8 + packed
            directory +=
                Array("PK\u{1}\u{2}".utf8) + number(20, 2) + common + number(0, 10) + number(start, 4)
            directory += Array(name.utf8)
        }
        let start = bytes.count
        return bytes + directory + Array("PK\u{5}\u{6}".utf8) + number(0, 4) + number(entries.count, 2)
            + number(entries.count, 2) + number(directory.count, 4) + number(start, 4) + number(0, 2)
    }

    /// CRC-32, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xedb8_8320 : 0) }
        }
    }
}
