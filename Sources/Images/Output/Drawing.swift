package import GraftFiles

/// The mark of pictures that Graft drew: a comment in the file, by which they are told from photos.
package enum Drawing {
    private static let words = Array("Drawn by Graft".utf8)

    /// Whether the file at `path` is a picture that Graft drew.
    ///
    /// - Throws: ``GraftFiles/FileError`` where it cannot be read.
    package static func isAt(_ path: String) throws(FileError) -> Bool {
        try FileContents.readStart(path, count: 256).holds(words)
    }

    /// The bytes of a PNG or JPEG file with the mark in front of its picture.
    static func marking(_ bytes: [UInt8], _ format: ImageFormat) -> [UInt8] {
        switch format {
        case .png:
            // After the signature and the header, which is always 25 bytes long: a text chunk.
            let chunk = Array("tEXtSoftware".utf8) + [0] + words
            let end = 8 + 25
            return bytes[..<end] + bigEndian(UInt32(chunk.count - 4)) + chunk
                + bigEndian(Zlib.checksum(chunk))
                + bytes[end...]
        case .jpeg:
            // After the start of the image and JFIF's segment, which comes first: a comment, whose length counts
            // itself.
            let isJFIF = bytes.count > 6 && bytes[2...3] == [0xFF, 0xE0]
            let end = isJFIF ? 4 + Int(bytes[4]) << 8 + Int(bytes[5]) : 2
            guard end <= bytes.count else { return bytes }
            return bytes[..<end] + [0xFF, 0xFE, 0, UInt8(words.count + 2)] + words + bytes[end...]
        default:
            return bytes
        }
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
