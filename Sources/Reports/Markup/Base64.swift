/// Bytes as letters (RFC 4648, section 4).
enum Base64 {
    /// The 64 letters.
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The letters of some bytes, with padding.
    static func text(of bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        append(bytes, to: &result)
        return String(decoding: result, as: UTF8.self)
    }

    /// Appends the letters of `source`, with padding.
    static func append(_ source: [UInt8], to target: inout [UInt8]) {
        let letters = letters
        var place = target.count
        target.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (source.count + 2) / 3 * 4))
        var index = 0
        while index < source.count {
            let present = min(3, source.count - index)
            var group = Int(source[index]) << 16
            if present > 1 { group |= Int(source[index + 1]) << 8 }
            if present > 2 { group |= Int(source[index + 2]) }
            // One byte needs two letters, two bytes need three.
            for letter in 0...present { target[place + letter] = letters[group >> (18 - 6 * letter) & 63] }
            index += 3
            place += 4
        }
    }
}
