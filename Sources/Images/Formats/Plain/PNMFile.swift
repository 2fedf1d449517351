/// A file of the PNM family: PBM, PGM, PPM, as text or bytes, PAM and PFM.
///
/// Source: the manual pages of Netpbm; for PFM Paul Debevec's description. The greatest value that the file
/// declares is white.
struct PNMFile {
    private let file: FileBytes
    /// What stands behind the P.
    private let kind: Character
    private let width: Int
    private let height: Int
    private var bandCount = 1
    private var hasAlpha = false
    /// The value of white; for PFM the factor, negative where numbers begin with their lowest byte.
    private var greatest = 1.0
    /// Where the pixels start.
    private let pixels: Int

    /// Whether a file starts as one of them does.
    static func isStart(of file: FileBytes) -> Bool {
        guard file.byte(0) == 0x50, let kind = file.byte(1), isSpace(file.byte(2)) else { return false }
        if kind == 0x37 { return file.byte(2) == 0x0a }
        guard Array("123456fF".utf8).contains(UInt8(kind)) else { return false }
        let next = (3..<64).compactMap { file.byte($0) }.first { !isSpace($0) }
        return next.map { $0 == 0x23 || (0x30...0x39).contains($0) } ?? false
    }

    /// - Throws: ``HeaderFlaw``.
    init(_ file: FileBytes) throws(HeaderFlaw) {
        self.file = FileBytes(file.bytes)
        kind = Character(file.text(at: 1, count: 1))
        var text = Words(file: file, position: 2)
        if kind == "7" {
            var fields: [String: String] = [:]
            while true {
                guard let line = text.line() else { throw .cutShort }
                if line == "ENDHDR" { break }
                let parts = line.split(separator: " ", maxSplits: 1)
                if parts.count == 2, !line.hasPrefix("#") { fields[String(parts[0])] = String(parts[1]) }
            }
            guard let width = fields["WIDTH"].flatMap({ Int($0) }),
                let height = fields["HEIGHT"].flatMap({ Int($0) }),
                let depth = fields["DEPTH"].flatMap({ Int($0) }),
                let most = fields["MAXVAL"].flatMap({ Int($0) }), (1...65_535).contains(most)
            else { throw .damaged }
            guard (1...4).contains(depth) else { throw .unsupported("has \(depth) bands") }
            (self.width, self.height, bandCount, greatest) = (width, height, depth, Double(most))
            hasAlpha = fields["TUPLTYPE"]?.hasSuffix("_ALPHA") ?? false
        } else {
            guard let width = text.number(), let height = text.number() else {
                guard text.isAtEnd else { throw .damaged }
                throw .cutShort
            }
            (self.width, self.height) = (width, height)
            if kind != "1" && kind != "4" {
                guard let word = text.word(), let most = Double(word), most.isFinite, most != 0 else {
                    throw .damaged
                }
                let isFloat = kind == "f" || kind == "F"
                guard isFloat || (most == most.rounded() && (1...65_535).contains(most)) else {
                    throw .damaged
                }
                greatest = most
            }
            bandCount = kind == "3" || kind == "6" || kind == "F" ? 3 : 1
            text.position += 1
        }
        guard width > 0, height > 0, width <= Int32.max, height <= Int32.max else { throw .damaged }
        pixels = text.position
    }

    /// What decoding takes.
    var header: PictureHeader {
        var header = PictureHeader(width: width, height: height)
        header.rowsAtATime = 0
        return header
    }

    /// The picture.
    ///
    /// - Throws: ``HeaderFlaw`` where the file ends before the pixels do.
    func decode() throws(HeaderFlaw) -> PixelImage {
        let rowCount = width * bandCount
        let type: SampleType = kind == "f" || kind == "F" ? .float : greatest > 255 ? .uint16 : .uint8
        let isText = "123".contains(kind)
        let rowSize = kind == "4" ? (width + 7) / 8 : rowCount * type.size
        guard isText || Int.claimed(rowSize, height) <= file.count - pixels else { throw .cutShort }
        var scale = SampleScale.linear(low: 0, high: greatest)
        if type == .float {
            var values = SampleRange()
            for row in 0..<height { values.add(floats(row, rowSize, rowCount)) }
            scale = try SampleScale(.float, values: values)
        }
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * width * height)
        var text = Words(file: file, position: pixels)
        var row = [Double](repeating: 0, count: rowCount)
        for index in 0..<height {
            if isText {
                for place in row.indices {
                    guard let value = kind == "1" ? text.bit() : text.number() else {
                        guard text.isAtEnd else { throw .damaged }
                        throw .cutShort
                    }
                    row[place] = Double(value)
                }
            } else if type == .float {
                row = floats(index, rowSize, rowCount)
            } else {
                for place in row.indices {
                    let start = pixels + index * rowSize
                    let value =
                        kind == "4"
                        ? Int(file.bytes[start + place / 8]) >> (7 - place % 8) & 1
                        : file.number(start + place * type.size, bytes: type.size) ?? 0
                    row[place] = Double(value)
                }
            }
            add(row, scale, to: &samples)
        }
        return PixelImage(width: width, height: height, samples: samples)
    }

    private func add(_ row: [Double], _ scale: SampleScale, to samples: inout [UInt8]) {
        // Of bits 1 is black, but not in PAM.
        let isInverted = kind == "1" || kind == "4"
        var levels = [UInt8](repeating: 0, count: row.count)
        scale.write(row, to: &levels)
        for column in 0..<width {
            let start = column * bandCount
            let alpha = hasAlpha ? Int(levels[start + bandCount - 1]) : 255
            for band in 0..<3 {
                let level = Int(levels[start + (bandCount > 2 ? band : 0)])
                samples.append(UInt8(isInverted ? 255 - level : 255 - ((255 - level) * alpha + 127) / 255))
            }
        }
    }

    /// A row of PFM, whose bottom row comes first.
    private func floats(_ row: Int, _ rowSize: Int, _ count: Int) -> [Double] {
        let bytes = FileBytes(file.bytes, isLittleEndian: greatest < 0)
        let start = pixels + (height - 1 - row) * rowSize
        return (0..<count).map { index in
            Double(Float(bitPattern: UInt32(bytes.long(start + 4 * index) ?? 0)))
        }
    }

    private static func isSpace(_ byte: Int?) -> Bool { byte == 0x20 || (9...13).contains(byte ?? 0) }

    /// The words of a text, and comments between them.
    private struct Words {
        let file: FileBytes
        var position: Int

        var isAtEnd: Bool { position >= file.count }

        mutating func skip() {
            while let byte = file.byte(position) {
                if byte == 0x23 {
                    while let next = file.byte(position), next != 0x0a { position += 1 }
                } else if !PNMFile.isSpace(byte) {
                    return
                } else {
                    position += 1
                }
            }
        }

        mutating func word() -> String? {
            skip()
            let start = position
            while let byte = file.byte(position), !PNMFile.isSpace(byte), position - start < 32 {
                position += 1
            }
            return start == position ? nil : file.text(at: start, count: position - start)
        }

        mutating func number() -> Int? {
            skip()
            var value: Int?
            while let byte = file.byte(position), (0x30...0x39).contains(byte) {
                value = (value ?? 0) * 10 + byte - 0x30
                guard let value, value < 1 << 40 else { return nil }
                position += 1
            }
            return value
        }

        mutating func bit() -> Int? {
            skip()
            guard let byte = file.byte(position), byte == 0x30 || byte == 0x31 else { return nil }
            position += 1
            return byte - 0x30
        }

        mutating func line() -> String? {
            if file.byte(position) == 0x0a { position += 1 }
            let start = position
            while let byte = file.byte(position), byte != 0x0a { position += 1 }
            guard !isAtEnd, position - start < 1024 else { return nil }
            let line = file.text(at: start, count: position - start)
            if line == "ENDHDR" { position += 1 }
            return line
        }
    }
}
