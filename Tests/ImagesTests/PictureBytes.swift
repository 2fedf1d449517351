/// Picture files made in tests, byte by byte.
enum PictureBytes {
    /// A field of a TIFF file: type 3 is of two bytes, 4 of four, 11 of single precision.
    struct Field {
        var tag: Int
        var type: Int
        var values: [Double]

        init(_ tag: Int, _ type: Int, _ values: [Double]) {
            (self.tag, self.type, self.values) = (tag, type, values)
        }
    }

    /// A TIFF file of one strip, numbers with their lowest byte first; `fields` replace or join the usual ones.
    static func tiff(
        width: Int, height: Int, bands: Int = 1, bits: Int = 8, format: Int = 1, photometric: Int = 1,
        fields: [Field] = [], pixels: [UInt8], nextPage: Int = 0
    ) -> [UInt8] {
        var all: [Int: Field] = [:]
        let usual = [
            Field(256, 4, [Double(width)]), Field(257, 4, [Double(height)]),
            Field(258, 3, Array(repeating: Double(bits), count: bands)), Field(259, 3, [1]),
            Field(262, 3, [Double(photometric)]), Field(273, 4, [8]), Field(277, 3, [Double(bands)]),
            Field(278, 4, [Double(height)]), Field(279, 4, [Double(pixels.count)]), Field(284, 3, [1]),
            Field(339, 3, Array(repeating: Double(format), count: bands)),
        ]
        for field in usual + fields { all[field.tag] = field }
        let start = 8 + pixels.count + pixels.count % 2
        var bytes = Array("II".utf8) + number(42, 2) + number(start, 4) + pixels
        if pixels.count % 2 == 1 { bytes.append(0) }
        var directory = number(all.count, 2)
        var outside: [UInt8] = []
        let outsideStart = start + 2 + 12 * all.count + 4
        for field in all.values.sorted(by: { $0.tag < $1.tag }) {
            let size = field.type == 3 ? 2 : field.type == 1 ? 1 : 4
            let content = field.values.flatMap { value in
                field.type == 11 ? number(Int(Float(value).bitPattern), 4) : number(Int(value), size)
            }
            directory += number(field.tag, 2) + number(field.type, 2) + number(field.values.count, 4)
            if content.count <= 4 {
                directory += content + [UInt8](repeating: 0, count: 4 - content.count)
            } else {
                directory += number(outsideStart + outside.count, 4)
                outside += content
            }
        }
        return bytes + directory + number(nextPage, 4) + outside
    }

    /// A number with its lowest byte first.
    static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A number with its highest byte first.
    static func reversed(_ value: Int, _ count: Int) -> [UInt8] { number(value, count).reversed() }

    /// A chunk of a PNG file.
    static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + content
        return reversed(content.count, 4) + body + reversed(Int(checksum(body)), 4)
    }

    /// The start of a PNG file.
    static func pngHead(width: Int, height: Int, depth: Int = 8, colours: Int = 2, interlacing: Int = 0)
        -> [UInt8]
    {
        let head = reversed(width, 4) + reversed(height, 4)
        let rest = [UInt8(depth), UInt8(colours), 0, 0, UInt8(interlacing)]
        return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", head + rest)
    }

    /// Bytes as zlib stores them without compression, at most 65,535.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var (first, second) = (1, 0)
        for byte in bytes {
            first = (first + Int(byte)) % 65_521
            second = (second + first) % 65_521
        }
        return [0x78, 0x01, 0x01] + number(bytes.count, 2) + number(~bytes.count, 2) + bytes
            + reversed(second << 16 | first, 4)
    }

    /// A PNG file of rows without filter.
    static func png(
        width: Int, height: Int, depth: Int = 8, colours: Int = 2, before: [UInt8] = [], rows: [[UInt8]]
    ) -> [UInt8] {
        pngHead(width: width, height: height, depth: depth, colours: colours) + before
            + chunk("IDAT", stored(rows.flatMap { [0] + $0 })) + chunk("IEND", [])
    }

    /// A BMP file with a head of 124 bytes, which may declare masks.
    static func bmp(
        width: Int, height: Int, bits: Int, compression: Int = 0, masks: [Int] = [0, 0, 0, 0],
        palette: [UInt8] = [], pixels: [UInt8]
    ) -> [UInt8] {
        let start = 14 + 124 + palette.count
        let head =
            Array("BM".utf8) + number(start + pixels.count, 4) + number(0, 4) + number(start, 4)
            + number(124, 4) + number(width, 4) + number(height, 4) + number(1, 2) + number(bits, 2)
            + number(compression, 4) + number(pixels.count, 4) + number(0, 8) + number(palette.count / 4, 4)
            + number(0, 4) + masks.flatMap { number($0, 4) }
        return head + [UInt8](repeating: 0, count: 14 + 124 - head.count) + palette + pixels
    }

    /// The checksum of PNG's chunks.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = ~0
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        return ~sum
    }
}
