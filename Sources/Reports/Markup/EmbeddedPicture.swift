/// A JPEG or PNG picture that stands in the page itself, as a data URI.
struct EmbeddedPicture: Sendable {
    private let bytes: [UInt8]
    private let mediaType: String

    /// The picture of a file's bytes; `nil` where they are absent or begin like neither JPEG nor PNG.
    init?(_ bytes: [UInt8]?) {
        guard let bytes else { return nil }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            mediaType = "image/jpeg"
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            mediaType = "image/png"
        } else {
            return nil
        }
        self.bytes = bytes
    }

    /// Appends the data URI (RFC 2397).
    func append(to target: inout [UInt8]) {
        target.append(contentsOf: "data:\(mediaType);base64,".utf8)
        Base64.append(bytes, to: &target)
    }
}
