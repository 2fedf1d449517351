/// The SHA-256 of some bytes: how Graft names contents and checks files.
package struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// The digest of `content`.
    package init(of content: UnsafeRawBufferPointer) {
        unsafe bytes = MessageDigest.sha256(content)
    }

    /// The digest of `content`.
    package init(of content: some Sequence<UInt8>) {
        bytes = unsafe Array(content).withUnsafeBytes { unsafe MessageDigest.sha256($0) }
    }

    /// The digest of a text's UTF-8 form.
    package init(of text: String) {
        self.init(of: text.utf8)
    }

    /// The digest of a file's bytes.
    ///
    /// - Throws: ``FileError`` where the file cannot be read.
    package init(ofFile path: String) throws(FileError) {
        // Every build of OpenSSL has it, whatever else it leaves out.
        guard let bytes = try MessageDigest.digest(ofFile: path, .sha256) else {
            preconditionFailure("OpenSSL computes no SHA-256")
        }
        self.bytes = bytes
    }

    /// A digest from its 32 bytes; `nil` for any other count.
    package init?(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        guard self.bytes.count == 32 else { return nil }
    }

    /// A digest from its 64 hexadecimal digits; `nil` for anything else.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard text.utf8.count == 64, digits.count == 64 else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The 64 lower-case hexadecimal digits.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The hexadecimal digits.
    package var description: String { hexadecimal }
}
