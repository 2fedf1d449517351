/// The blocks of a GIF file. Source: CompuServe, "Graphics Interchange Format, version 89a".
enum GIFHeader {
    /// What decoding takes, and the file with its first picture alone, which is all that is read.
    ///
    /// - Throws: ``HeaderFlaw``.
    static func read(_ file: FileBytes) throws(HeaderFlaw) -> PictureHeader {
        let file = FileBytes(file.bytes, isLittleEndian: true)
        guard let width = file.short(6), let height = file.short(8), let flags = file.byte(10) else {
            throw .cutShort
        }
        var header = PictureHeader(width: width, height: height)
        var position = 13 + colourTable(flags)
        while true {
            guard let kind = file.byte(position) else { throw .cutShort }
            switch kind {
            case 0x21:
                guard let end = subBlocks(file, from: position + 2) else { throw .cutShort }
                position = end
            case 0x2c:
                guard let left = file.short(position + 1), let top = file.short(position + 3),
                    let frameWidth = file.short(position + 5), let frameHeight = file.short(position + 7),
                    let frameFlags = file.byte(position + 9)
                else { throw .cutShort }
                header.width = max(header.width, left + frameWidth)
                header.height = max(header.height, top + frameHeight)
                guard header.width > 0, header.height > 0 else { throw .damaged }
                header.bandCount = 4
                // The canvas, and the frame on it.
                header.decoderBytes = .claimed(header.width, header.height, 5)
                let data = position + 11 + colourTable(frameFlags)
                if let end = subBlocks(file, from: data), end < file.count {
                    header.reduced = Array(file.bytes[..<end]) + [0x3b]
                }
                return header
            case 0x3b: throw .damaged
            // Stray zeros are passed over.
            case 0: position += 1
            default: throw .damaged
            }
        }
    }

    private static func colourTable(_ flags: Int) -> Int { flags & 0x80 == 0 ? 0 : 3 << ((flags & 7) + 1) }

    /// The end of a chain of blocks with their lengths before them.
    private static func subBlocks(_ file: FileBytes, from start: Int) -> Int? {
        var position = start
        while let length = file.byte(position) {
            position += 1 + length
            if length == 0 { return position }
        }
        return nil
    }

    /// Whether a file that cannot be decoded ends before its first picture.
    static func isCutShort(_ file: FileBytes) -> Bool {
        guard let header = try? read(file) else { return true }
        return header.reduced == nil && file.bytes.last(where: { $0 != 0 }) != 0x3b
    }
}
