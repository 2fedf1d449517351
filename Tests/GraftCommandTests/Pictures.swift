import Foundation

/// Small pictures for tests.
enum Pictures {
    /// A PNG of one colour with some noise, so that no two are the same.
    static func png(width: Int = 40, height: Int = 32, colour: (UInt8, UInt8, UInt8), seed: UInt64) -> Data {
        var state = seed &+ 1
        var rows: [UInt8] = []
        for _ in 0..<height {
            rows.append(0)
            for _ in 0..<width {
                for channel in [colour.0, colour.1, colour.2] {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    rows.append(UInt8(clamping: Int(channel) + Int(state >> 59) - 16))
                }
            }
        }
        // One stored deflate block a time: no compression is needed here.
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: rows.count, by: 65_535) {
            let part = rows[start..<min(start + 65_535, rows.count)]
            stream.append(start + part.count == rows.count ? 1 : 0)
            stream += little(UInt16(part.count)) + little(~UInt16(part.count)) + part
        }
        var (low, high) = (UInt32(1), UInt32(0))
        for byte in rows {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        stream += big(high << 16 | low)
        let header = big(UInt32(width)) + big(UInt32(height)) + [8, 2, 0, 0, 0]
        return Data(
            [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header) + chunk("IDAT", stream)
                + chunk("IEND", []))
    }

    /// A data set of coloured pictures: a folder a class below `folder`.
    static func makeClasses(_ names: [String], count: Int, in folder: String, width: Int = 40) throws {
        let colours: [String: (UInt8, UInt8, UInt8)] = ["red": (200, 30, 30), "blue": (30, 60, 200)]
        for (index, name) in names.enumerated() {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            for number in 0..<count {
                let picture = png(
                    width: width, height: width * 4 / 5, colour: colours[name] ?? (40, 180, 60),
                    seed: UInt64(index * 100_000 + number))
                try picture.write(to: URL(filePath: "\(folder)/\(name)/\(number).png"))
            }
        }
    }

    private static func chunk(_ kind: String, _ body: [UInt8]) -> [UInt8] {
        let content = Array(kind.utf8) + body
        var sum = UInt32.max
        for byte in content {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return big(UInt32(body.count)) + content + big(~sum)
    }

    /// The four bytes of a number, the highest first.
    static func big(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    private static func little(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)]
    }
}
