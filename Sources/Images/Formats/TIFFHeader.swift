/// The fields of a TIFF file's first page. Source: Adobe, "TIFF, Revision 6.0"; BigTIFF has numbers of 8 bytes.
struct TIFFHeader {
    /// The fields that matter here, by the numbers of their tags.
    enum Tag: Int {
        case subfileType = 254
        case width = 256
        case height, bitsPerSample, compression
        case photometric = 262
        case stripOffsets = 273
        case samplesPerPixel = 277
        case rowsPerStrip, stripSizes
        case minimum = 280
        case maximum
        case planarConfiguration = 284
        case tileWidth = 322
        case tileHeight, tileOffsets, tileSizes
        case subFiles = 330
        case extraSamples = 338
        case sampleFormat
        case sampleMinimum, sampleMaximum
        case dngVersion = 50706
    }

    /// Where a field's values stand.
    private struct Field {
        var type: Int
        var count: Int
        var place: Int
    }

    let file: FileBytes
    private var fields: [Tag: Field] = [:]
    /// Where the place of the next page is written, and how many bytes that takes.
    private var nextPage: Range<Int>

    /// Whether a file starts as TIFF does.
    static func isStart(of file: FileBytes) -> Bool {
        file.holds([0x49, 0x49, 0x2a, 0]) || file.holds([0x4d, 0x4d, 0, 0x2a])
            || file.holds([0x49, 0x49, 0x2b, 0]) || file.holds([0x4d, 0x4d, 0, 0x2b])
    }

    /// - Throws: ``HeaderFlaw``.
    init(_ given: FileBytes) throws(HeaderFlaw) {
        file = FileBytes(given.bytes, isLittleEndian: given.byte(0) == 0x49)
        let isBig = file.short(2) == 0x2b
        let (wide, entrySize, countSize) = isBig ? (8, 20, 8) : (4, 12, 2)
        guard let start = file.number(isBig ? 8 : 4, bytes: wide), start < file.count,
            let count = file.number(start, bytes: countSize)
        else { throw .cutShort }
        guard count > 0, count <= 65_535 else { throw .damaged }
        let end = start + countSize + count * entrySize
        guard end <= file.count else { throw .cutShort }
        nextPage = end..<min(end + wide, file.count)
        for index in 0..<count {
            let entry = start + countSize + index * entrySize
            guard let number = file.short(entry), let tag = Tag(rawValue: number),
                let type = file.short(entry + 2), let length = file.number(entry + 4, bytes: wide)
            else { continue }
            // Values stand in the entry where they fit, and elsewhere where they do not.
            let inside = entry + 4 + wide
            let isInside = length <= wide / (Self.sizes[type] ?? wide)
            guard let place = isInside ? inside : file.number(inside, bytes: wide) else { continue }
            fields[tag] = Field(type: type, count: length, place: place)
        }
    }

    /// The bytes of each type of plain numbers.
    private static let sizes = [
        1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
    ]

    /// The first values of a field, so many at most.
    func numbers(_ tag: Tag, limit: Int = 64) -> [Double] {
        guard let field = fields[tag], let size = Self.sizes[field.type] else { return [] }
        return (0..<min(field.count, limit)).compactMap { index in
            let offset = field.place.addingClaimed(index * size)
            switch field.type {
            case 6: return file.byte(offset).map { Double(Int8(truncatingIfNeeded: $0)) }
            case 8: return file.short(offset).map { Double(Int16(truncatingIfNeeded: $0)) }
            case 9: return file.signedLong(offset).map { Double($0) }
            case 11: return file.long(offset).map { Double(Float(bitPattern: UInt32($0))) }
            case 12:
                guard let first = file.long(offset), let second = file.long(offset.addingClaimed(4)) else {
                    return nil
                }
                let (low, high) = file.isLittleEndian ? (first, second) : (second, first)
                return Double(bitPattern: UInt64(high) << 32 | UInt64(low))
            default: return file.number(offset, bytes: size).map { Double($0) }
            }
        }
    }

    /// The first value of a field, as a whole number.
    func number(_ tag: Tag) -> Int? { numbers(tag, limit: 1).first.flatMap { Int(exactly: $0) } }

    /// Whether the file ends before its pixels do.
    var isCutShort: Bool {
        [(Tag.stripOffsets, Tag.stripSizes), (.tileOffsets, .tileSizes)].contains { offsets, sizes in
            zip(numbers(offsets, limit: 1 << 16), numbers(sizes, limit: 1 << 16)).contains {
                $0 + $1 > Double(file.count)
            }
        }
    }

    /// What decoding takes, and the file with one page where it has more.
    ///
    /// - Throws: ``HeaderFlaw``, also for samples that are not read.
    func picture() throws(HeaderFlaw) -> PictureHeader {
        try requirePicture()
        guard let width = number(.width), let height = number(.height), width > 0, height > 0 else {
            throw .damaged
        }
        var header = PictureHeader(width: width, height: height)
        let kind = try sampleKind()
        let bands = number(.samplesPerPixel) ?? 1
        guard bands > 0 else { throw .damaged }
        let photometric = number(.photometric) ?? 1
        // Palettes become colours, and so do the rest that libvips converts.
        header.bandCount = photometric == 3 ? bands + 2 : bands
        header.sampleBytes = max(kind.bits / 8, 1)
        header.meaning = try meaning(kind, bands: bands, photometric: photometric)
        header.decoderBytes = bufferBytes(header, bits: kind.bits)
        if file.bytes[nextPage].contains(where: { $0 != 0 }) {
            var bytes = file.bytes
            for index in nextPage { bytes[index] = 0 }
            header.reduced = bytes
        }
        return header
    }

    /// What is held of strips or tiles at a time.
    private func bufferBytes(_ header: PictureHeader, bits: Int) -> Int {
        let pixel = Int.claimed(header.bandCount, header.sampleBytes)
        if let tileWidth = number(.tileWidth), let tileHeight = number(.tileHeight), tileWidth > 0,
            tileHeight > 0
        {
            // Rows of tiles, which may reach out of the picture, and the one that is being decoded.
            let across = (header.width - 1) / tileWidth + 2
            return .claimed(tileWidth, tileHeight, pixel, across)
        }
        let rows = max(min(number(.rowsPerStrip) ?? header.height, header.height), 1)
        return .claimed(header.width, rows, pixel, 2)
    }
}
