/// A value of a JSON text, with the order of its keys kept.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits.
    case integer(Int)
    /// Any other number, as it is written.
    case number(String)
    /// A string, its escapes resolved.
    case text(String)
    /// Values in order.
    case array([JSONValue])
    /// Keys and values in order, no key twice.
    case object([Member])

    /// One key of an object, and its value.
    package struct Member: Equatable, Sendable {
        /// The key, its escapes resolved.
        package let key: String
        /// What stands behind the colon.
        package let value: JSONValue

        /// A key and its value.
        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }
}

/// Reads a JSON text strictly (RFC 8259): no duplicate keys, no trailing commas, nothing after the value but
/// spaces.
///
/// Foundation's parsers lose the order of keys and accept duplicates, which a hostile safetensors header may
/// use to mean two things to two readers.
package struct JSONParser {
    /// Why a text is no JSON, worded to follow its name.
    package struct Failure: Error, Equatable {
        /// What is wrong.
        package let found: String
        /// At which byte of the text, from 0 on.
        package let position: Int

        /// A reason and its place.
        package init(found: String, position: Int) {
            self.found = found
            self.position = position
        }
    }

    private let bytes: [UInt8]
    private var position = 0

    private let depthLimit: Int

    /// The value of a JSON text in UTF-8 whose arrays and objects are nested at most `depthLimit` deep.
    ///
    /// - Throws: ``Failure`` for the first thing that is wrong.
    package static func parse(_ bytes: [UInt8], depthLimit: Int = 16) throws(Failure) -> JSONValue {
        var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
        let value = try parser.value(depth: 0)
        parser.skipSpaces()
        guard parser.position == bytes.count else { throw parser.failure("has more after its end") }
        return value
    }

    private init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    private func failure(_ found: String) -> Failure { Failure(found: found, position: position) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpaces() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    /// Passes over `byte` if it is next.
    private mutating func skip(_ byte: Character) -> Bool {
        guard next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < depthLimit else {
            throw failure("is nested more than \(depthLimit) deep")
        }
        skipSpaces()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case nil: throw failure("ends too early")
        default: throw failure("has no value where one must be")
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Failure) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("has an unknown word") }
        position += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        position += 1
        skipSpaces()
        if skip("}") { return members }
        repeat {
            skipSpaces()
            guard next == UInt8(ascii: "\"") else { throw failure("has no key where one must be") }
            let key = try text()
            guard keys.insert(key).inserted else { throw failure("has the key \(key) twice") }
            skipSpaces()
            guard skip(":") else { throw failure("has no colon after a key") }
            members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
            skipSpaces()
        } while skip(",")
        guard skip("}") else { throw failure("has an object that does not end") }
        return members
    }

    private mutating func array(depth: Int) throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        position += 1
        skipSpaces()
        if skip("]") { return elements }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpaces()
        } while skip(",")
        guard skip("]") else { throw failure("has an array that does not end") }
        return elements
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = position
        _ = skip("-")
        let first = position
        try digits()
        guard position == first + 1 || bytes[first] != UInt8(ascii: "0") else {
            throw failure("has a number that starts with 0")
        }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("-") { _ = skip("+") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return Int(text).map(JSONValue.integer) ?? .number(text)
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw failure("has a number without digits") }
    }

    private mutating func text() throws(Failure) -> String {
        var units: [UInt8] = []
        position += 1
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw failure("has a text that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\\"): units += try escape()
            case 0..<0x20: throw failure("has a control character in a text")
            default: units.append(byte)
            }
        }
        throw failure("has a text that does not end")
    }

    private mutating func escape() throws(Failure) -> [UInt8] {
        guard let byte = next else { throw failure("has a text that does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if 0xd800..<0xdc00 ~= code {
                guard skip("\\"), skip("u") else { throw failure("has half of a surrogate pair") }
                let low = try hexadecimal()
                guard 0xdc00..<0xe000 ~= low else { throw failure("has half of a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("has half of a surrogate pair") }
            return Array(String(Character(scalar)).utf8)
        default: throw failure("has an unknown escape in a text")
        }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("has an escape without four digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
