/// How a text is made safe for HTML, in elements and in quoted attributes alike.
///
/// Characters that are not seen but change what is seen appear as their Unicode numbers: `\u{202e}`. These
/// are control characters, marks of the direction of writing, and code points that HTML forbids.
enum Escaping: Sendable {
    /// Line feeds and tabs appear as numbers too: for names.
    case line
    /// Line feeds and tabs stay: for sentences, settings and commands.
    case lines

    /// Appends the escaped text.
    func append(_ text: String, to bytes: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": bytes.append(contentsOf: "&amp;".utf8)
            case "<": bytes.append(contentsOf: "&lt;".utf8)
            case ">": bytes.append(contentsOf: "&gt;".utf8)
            case "\"": bytes.append(contentsOf: "&quot;".utf8)
            case "'": bytes.append(contentsOf: "&#39;".utf8)
            case "\n" where self == .lines, "\t" where self == .lines: bytes.append(UInt8(scalar.value))
            case _ where Self.isHidden(scalar):
                bytes.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Whether a character must be shown as a number.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: false
        // Control characters.
        case 0...0x1F, 0x7F...0x9F: true
        // Direction marks, embeddings, overrides and isolates (Unicode Standard Annex 9).
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        // Line and paragraph separators, zero width space, word joiner, byte order mark, tags.
        case 0x2028, 0x2029, 0x200B, 0x2060, 0xFEFF, 0xE0000...0xE007F: true
        default: scalar.properties.isNoncharacterCodePoint
        }
    }
}
