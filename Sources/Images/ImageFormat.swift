/// A format of picture files, known by content and never by the file's name.
package enum ImageFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case jpeg, png, gif, webp, tiff, heic, avif

    /// The format's usual name: "JPEG".
    package var name: String { self == .webp ? "WebP" : rawValue.uppercased() }

    /// The endings of file names that promise this format, lower-case, without the dot.
    package var fileExtensions: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg", "jpe", "jfif"]
        case .png: ["png"]
        case .gif: ["gif"]
        case .webp: ["webp"]
        case .tiff: ["tif", "tiff"]
        case .heic: ["heic", "heif"]
        case .avif: ["avif"]
        }
    }

    /// The format that the first bytes of a file announce; `nil` for anything Graft does not read.
    package init?(ofContent bytes: UnsafeRawBufferPointer) {
        func starts(_ signature: [UInt8], at offset: Int = 0) -> Bool {
            unsafe bytes.count >= offset + signature.count && bytes[offset...].starts(with: signature)
        }
        if starts([0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else if starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = .png
        } else if starts(Array("GIF87a".utf8)) || starts(Array("GIF89a".utf8)) {
            self = .gif
        } else if starts(Array("RIFF".utf8)) && starts(Array("WEBP".utf8), at: 8) {
            self = .webp
        } else if starts([0x49, 0x49, 0x2a, 0]) || starts([0x4d, 0x4d, 0, 0x2a])
            || starts([0x49, 0x49, 0x2b, 0]) || starts([0x4d, 0x4d, 0, 0x2b])
        {
            self = .tiff
        } else if starts(Array("ftyp".utf8), at: 4) && bytes.count >= 12 {
            let brand = unsafe String(decoding: bytes[8..<12], as: UTF8.self)
            switch brand {
            case "avif", "avis": self = .avif
            case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1": self = .heic
            default: return nil
            }
        } else {
            return nil
        }
    }

    /// The format that the first bytes of a file announce; `nil` for anything Graft does not read.
    package init?(ofContent bytes: [UInt8]) {
        guard let format = unsafe bytes.withUnsafeBytes({ unsafe ImageFormat(ofContent: $0) }) else {
            return nil
        }
        self = format
    }

    static let expectation = "a JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF picture"

    /// What a file without a known format seems to be, worded to follow "is not a picture but".
    static func guess(_ bytes: UnsafeRawBufferPointer) -> String {
        let isText = unsafe bytes.prefix(512).allSatisfy { $0 >= 0x20 || (9...13).contains($0) }
        return isText ? "text" : "something else"
    }

    /// A picture format that Graft knows of but does not read; `nil` for anything else.
    static func unsupportedName(_ bytes: UnsafeRawBufferPointer) -> String? {
        let signatures: [(String, [UInt8])] = [
            ("BMP", Array("BM".utf8)), ("JPEG XL", [0xff, 0x0a]), ("Photoshop", Array("8BPS".utf8)),
            ("JPEG 2000", [0, 0, 0, 0x0c, 0x6a, 0x50]), ("PDF", Array("%PDF".utf8)),
        ]
        return signatures.first { unsafe bytes.starts(with: $0.1) }?.0
    }

    /// Whether the file ends before its own structure says so, as far as the structure tells without
    /// decoding.
    func isCutShort(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .jpeg, .tiff: return false
        case .png:
            return unsafe !Self.contains(Array("IEND".utf8), in: bytes.suffix(64))
        case .gif:
            return unsafe bytes.last(where: { $0 != 0 }) != 0x3b
        case .webp:
            guard bytes.count >= 12 else { return true }
            let size = unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            return Int(UInt32(littleEndian: size)) + 8 > bytes.count
        case .heic, .avif:
            var offset = 0
            while offset < bytes.count {
                guard offset + 8 <= bytes.count else { return true }
                let size = unsafe Int(
                    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                // 0 means "to the end of the file", 1 that a 64-bit size follows, which pictures do not need.
                guard size >= 8 else { return false }
                offset += size
            }
            return offset > bytes.count
        }
    }

    private static func contains(_ needle: [UInt8], in bytes: UnsafeRawBufferPointer.SubSequence) -> Bool {
        let tail = unsafe Array(bytes)
        guard tail.count >= needle.count else { return false }
        return (0...(tail.count - needle.count)).contains { tail[$0...].starts(with: needle) }
    }
}
