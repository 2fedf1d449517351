/// The head of a JPEG 2000 file, in its boxes or without. Source: ITU-T T.800, annexes A and I.
enum JPEG2000Header {
    /// The most tiles: the time of each grows with their number, to a minute for 40,000 empty ones.
    private static let tileLimit = 8192

    /// What decoding takes.
    ///
    /// - Throws: ``HeaderFlaw``.
    static func read(_ file: FileBytes) throws(HeaderFlaw) -> PictureHeader {
        var start = 0
        var hasAlpha = false
        if !file.holds([0xff, 0x4f]) {
            start = file.count
            for box in BoxWalk(file) {
                if box.type == "jp2h" { hasAlpha = Self.hasAlpha(file, box.content) }
                if box.type == "jp2c" { start = Swift.min(start, box.content.lowerBound) }
            }
            // A file that is cut short ends in the box of the data.
            if start == file.count, let found = Self.codestream(file) { start = found }
        }
        // Behind two markers and a length: capabilities, then sizes.
        guard let right = file.long(start + 8), let bottom = file.long(start + 12),
            let left = file.long(start + 16), let top = file.long(start + 20),
            let tileWidth = file.long(start + 24), let tileHeight = file.long(start + 28),
            let bands = file.short(start + 40), let bits = file.byte(start + 42)
        else { throw .cutShort }
        guard file.holds([0xff, 0x4f, 0xff, 0x51], at: start), right > left, bottom > top, tileWidth > 0,
            tileHeight > 0, bands > 0
        else { throw .damaged }
        guard bands <= 4 else { throw .unsupported("has \(bands) bands") }
        let tiles = Int.claimed((right - 1) / tileWidth + 1, (bottom - 1) / tileHeight + 1)
        guard tiles <= tileLimit else { throw .unsupported("is divided into \(tiles) tiles") }
        var header = PictureHeader(width: right - left, height: bottom - top)
        header.bandCount = bands
        header.sampleBytes = bits & 0x7f < 8 ? 1 : bits & 0x7f < 16 ? 2 : 4
        header.meaning.bands = .colours(hasAlpha: hasAlpha)
        // Tiles are decoded to numbers of four bytes, with room for the transform.
        header.decoderBytes = Int.claimed(
            Swift.min(tileWidth, header.width), Swift.min(tileHeight, header.height), bands, 10
        ).addingClaimed(
            .claimed(header.width, Swift.min(tileHeight, header.height), bands, header.sampleBytes))
        return header
    }

    private static func codestream(_ file: FileBytes) -> Int? {
        (0..<Swift.max(Swift.min(file.count, 65_536) - 4, 0)).first {
            file.holds([0xff, 0x4f, 0xff, 0x51], at: $0)
        }
    }

    /// Whether the box that defines channels says that one is transparency.
    private static func hasAlpha(_ file: FileBytes, _ part: Range<Int>) -> Bool {
        BoxWalk(file, in: part).contains { box in
            guard box.type == "cdef", let count = file.short(box.content.lowerBound) else { return false }
            return (0..<count).contains { index in
                let kind = file.short(box.content.lowerBound + 4 + 6 * index)
                return kind == 1 || kind == 2
            }
        }
    }
}
