/// Names of files are bytes to the system, and need not be UTF-8; to Graft, paths are `String`s all the same.
///
/// A byte that is no part of UTF-8 stands in a path as one letter of Unicode's last private range, U+10FF00 +
/// the byte, and goes back to the system as that byte. A name that holds such letters itself has all their
/// bytes kept this way, so that different names stay different.
extension String {
    private static let letters: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

    /// The path with these bytes, as the system tells them.
    package init(fileName bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self), !text.holdsBytes {
            self = text
            return
        }
        var scalars = String.UnicodeScalarView()
        func letter(_ byte: UInt8) -> Unicode.Scalar {
            Unicode.Scalar(0x10FF00 + UInt32(byte)) ?? "\u{FFFD}"
        }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var place = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if String.letters.contains(scalar.value) {
                    scalars.append(contentsOf: bytes[place..<place + encoded.count].map(letter))
                } else {
                    scalars.append(scalar)
                }
                place += encoded.count
            case .error(let length):
                scalars.append(contentsOf: bytes[place..<place + length].map(letter))
                place += length
            case .emptyInput:
                self = String(scalars)
                return
            }
        }
    }

    /// The bytes of this path, as the system knows it.
    package var fileNameBytes: [UInt8] {
        guard holdsBytes else { return Array(utf8) }
        return unicodeScalars.flatMap { scalar in
            String.letters.contains(scalar.value)
                ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(Unicode.UTF8.encode(scalar) ?? .init())
        }
    }

    /// The text for people to read, in one line that nothing in it can forge: bytes that are no part of UTF-8
    /// are shown as in `caf\xe9.jpg`, control characters as in `a\nb` or `a\x1bb`, and characters that turn the
    /// direction of writing as in `a\u202eb`.
    package var shown: String {
        guard unicodeScalars.contains(where: { String.escape(for: $0) != nil }) else { return self }
        return unicodeScalars.map { String.escape(for: $0) ?? String($0) }.joined()
    }

    /// What is shown in place of a character that is not shown itself.
    private static func escape(for scalar: Unicode.Scalar) -> String? {
        if letters.contains(scalar.value) { return "\\x" + String(scalar.value & 0xFF, radix: 16) }
        guard scalar.isObeyedByTerminals else { return nil }
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: return scalar.value < 0x100 ? "\\x" + scalar.digits(2) : "\\u" + scalar.digits(4)
        }
    }

    /// Whether a letter stands for a byte. All of them start with the bytes F4 8F BE or F4 8F BF.
    private var holdsBytes: Bool {
        guard utf8.contains(0xF4) else { return false }
        return unicodeScalars.contains { String.letters.contains($0.value) }
    }

    /// Hands out the path as the system takes it.
    package func withFileName<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        guard holdsBytes else { return unsafe withCString { unsafe body($0) } }
        return unsafe (fileNameBytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return unsafe withCString { unsafe body($0) } }
            return unsafe body(start)
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal may take it for a command, or it turns the direction in which what follows is written.
    package var isObeyedByTerminals: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Its number in so many hexadecimal digits, or more where it takes them.
    package func digits(_ count: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(count - digits.count, 0)) + digits
    }
}
