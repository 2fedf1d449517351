/// A format of picture files, known by content and never by the file's name.
package enum ImageFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case jpeg, png, gif, webp, tiff, heic, avif, bmp, pnm
    case jpegXL = "jxl"
    case jpeg2000 = "jp2"

    /// The format's usual name: "JPEG".
    package var name: String {
        switch self {
        case .webp: "WebP"
        case .jpegXL: "JPEG XL"
        case .jpeg2000: "JPEG 2000"
        default: rawValue.uppercased()
        }
    }

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
        case .bmp: ["bmp", "dib"]
        case .pnm: ["pnm", "ppm", "pgm", "pbm", "pam", "pfm"]
        case .jpegXL: ["jxl"]
        case .jpeg2000: ["jp2", "j2k", "j2c", "jpc", "jpf", "jpx"]
        }
    }

    /// The format that the first bytes of a file announce; `nil` for anything Graft does not read.
    package init?(ofContent bytes: [UInt8]) {
        let file = FileBytes(bytes)
        let found: ImageFormat? =
            if file.holds([0xff, 0xd8, 0xff]) {
                .jpeg
            } else if file.holds([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
                .png
            } else if file.holds("GIF87a") || file.holds("GIF89a") {
                .gif
            } else if file.holds("RIFF") && file.holds("WEBP", at: 8) {
                .webp
            } else if TIFFHeader.isStart(of: file) {
                .tiff
            } else if file.holds([0xff, 0x0a])
                || file.holds([0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a])
            {
                .jpegXL
            } else if file.holds([0xff, 0x4f, 0xff, 0x51])
                || file.holds([0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a])
            {
                .jpeg2000
            } else if BMPFile.isStart(of: file) {
                .bmp
            } else if PNMFile.isStart(of: file) {
                .pnm
            } else {
                Self.highEfficiency(file)
            }
        guard let found else { return nil }
        self = found
    }

    /// The format of a file of boxes, by its brand.
    private static func highEfficiency(_ file: FileBytes) -> ImageFormat? {
        guard file.holds("ftyp", at: 4) else { return nil }
        let brand = file.text(at: 8, count: 4)
        switch brand {
        case "avif", "avis": return .avif
        case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1": return .heic
        default: return nil
        }
    }

    static let expectation =
        "a JPEG, PNG, WebP, GIF, TIFF, BMP, PNM, HEIC, AVIF, JPEG XL or JPEG 2000 picture"

    /// What a file without a known format seems to be, worded to follow "is not a picture but".
    static func guess(_ bytes: [UInt8]) -> String {
        let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 || (9...13).contains($0) }
        return isText ? "text" : "something else"
    }
}
