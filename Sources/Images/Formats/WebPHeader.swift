/// The chunks of a WebP file. Source: Google, "WebP Container Specification", RFC 6386 and RFC 9649.
enum WebPHeader {
    /// What decoding takes.
    ///
    /// - Throws: ``HeaderFlaw``.
    static func read(_ file: FileBytes) throws(HeaderFlaw) -> PictureHeader {
        let file = FileBytes(file.bytes, isLittleEndian: true)
        var header: PictureHeader
        switch file.text(at: 12, count: 4) {
        case "VP8X":
            guard let width = file.number(24, bytes: 3), let height = file.number(27, bytes: 3) else {
                throw .cutShort
            }
            header = PictureHeader(width: width + 1, height: height + 1)
        case "VP8 ":
            guard let width = file.short(26), let height = file.short(28) else { throw .cutShort }
            header = PictureHeader(width: width & 0x3fff, height: height & 0x3fff)
        case "VP8L":
            guard let bits = file.long(21) else { throw .cutShort }
            header = PictureHeader(width: (bits & 0x3fff) + 1, height: (bits >> 14 & 0x3fff) + 1)
        default:
            guard file.count >= 16 else { throw .cutShort }
            throw .damaged
        }
        guard header.width > 0, header.height > 0 else { throw .damaged }
        header.bandCount = 4
        // Planes, the canvas and the frame on it: 8 bytes a pixel were measured.
        header.decoderBytes = .claimed(header.width, header.height, 10)
        return header
    }

    /// Whether the file ends before it says so.
    static func isCutShort(_ file: FileBytes) -> Bool {
        guard let size = FileBytes(file.bytes, isLittleEndian: true).long(4) else { return true }
        return size + 8 > file.count
    }
}
