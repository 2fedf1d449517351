/// The chunks of a PNG file. Source: W3C, "Portable Network Graphics (PNG) Specification".
enum PNGHeader {
    /// What decoding takes, and the file without the chunks that no pixel depends on: text and profiles are
    /// compressed, and a few bytes of them may become hundreds of megabytes.
    ///
    /// - Throws: ``HeaderFlaw``.
    static func read(_ file: FileBytes) throws(HeaderFlaw) -> PictureHeader {
        guard let width = file.long(16), let height = file.long(20), let depth = file.byte(24),
            let colours = file.byte(25), let interlacing = file.byte(28)
        else { throw .cutShort }
        guard file.holds("IHDR", at: 12), width > 0, height > 0 else { throw .damaged }
        var header = PictureHeader(width: width, height: height)
        var kept: [Range<Int>] = [0..<8]
        var hasTransparency = false
        var position = 8
        while let length = file.long(position), file.count - position >= 12,
            length <= file.count - position - 12
        {
            let type = file.text(at: position + 4, count: 4)
            let end = position + 12 + length
            // Small first letters are for chunks that a decoder may pass over.
            let isNeeded = file.byte(position + 4).map { $0 & 0x20 == 0 } ?? true
            if type == "tRNS" { hasTransparency = true }
            if isNeeded || type == "tRNS" || type == "eXIf" { add(position..<end, to: &kept) }
            position = end
            if type == "IEND" { break }
        }
        if file.holds("IEND", at: position - 8) == false, position < file.count {
            // What is cut short stays: the decoder is to judge it.
            add(position..<file.count, to: &kept)
        }
        header.bandCount =
            switch colours {
            case 0: hasTransparency ? 2 : 1
            case 2, 3: hasTransparency ? 4 : 3
            case 4: 2
            default: 4
            }
        header.sampleBytes = depth == 16 ? 2 : 1
        header.meaning.mayUseFewBits = depth == 16
        if interlacing != 0 { header.decoderBytes = header.storedBytes }
        if kept.count > 1 || kept[0].upperBound < file.count {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(kept.reduce(0) { $0 + $1.count })
            for range in kept { bytes += file.bytes[range] }
            header.reduced = bytes
        }
        return header
    }

    private static func add(_ range: Range<Int>, to kept: inout [Range<Int>]) {
        if let last = kept.last, last.upperBound == range.lowerBound {
            kept[kept.count - 1] = last.lowerBound..<range.upperBound
        } else {
            kept.append(range)
        }
    }

    /// Whether a file that cannot be decoded ends before its last chunk.
    static func isCutShort(_ file: FileBytes) -> Bool {
        var position = 8
        while let length = file.long(position) {
            if file.holds("IEND", at: position + 4) { return false }
            guard length <= file.count - position - 12 else { return true }
            position += 12 + length
        }
        return true
    }
}
