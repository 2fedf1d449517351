internal import GraftFiles

/// An element of an XML text, without its attributes.
struct XMLElement {
    let name: String
    /// The line its start stands in, from 1 on.
    let line: Int
    /// The text directly in it, references resolved.
    var text = ""
    var children: [XMLElement] = []

    /// The children of this name.
    func children(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}

/// Reads the XML that annotations are written in, strictly: elements, text, the five predefined entities and
/// references to characters, comments, CDATA sections, processing instructions.
///
/// Document types are refused, and with them everything that makes a short text a long one or reads other
/// files; of attributes only the form is checked. Source: W3C, "Extensible Markup Language (XML) 1.0", fifth
/// edition.
struct XMLReader {
    /// Why a text is no such XML, worded to follow its name.
    struct Flaw: Error, Equatable {
        let line: Int
        let found: String
        var expected: String?
    }

    /// The most elements in each other.
    static let depthLimit = 32
    /// The most bytes of a text: 16 MiB.
    static let sizeLimit = 16 << 20

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var open: [XMLElement] = []
    private var root: XMLElement?

    /// The outermost element of a text in UTF-8.
    static func read(_ bytes: [UInt8]) throws(Flaw) -> XMLElement {
        guard bytes.count <= sizeLimit else {
            throw Flaw(
                line: 1, found: "is part of a file of more than 16 MiB", expected: "a small annotation")
        }
        var reader = XMLReader(bytes: bytes)
        try reader.checkCharacters()
        return try reader.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func flaw(_ found: String, expected: String? = nil) -> Flaw {
        Flaw(line: line, found: found, expected: expected)
    }

    private func checkCharacters() throws(Flaw) {
        if String(validating: bytes, as: UTF8.self) == nil {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw Flaw(line: bad + 1, found: "is not UTF-8 text")
        }
        let isAllowed: (UInt8) -> Bool = { $0 >= 0x20 || [0x09, 0x0a, 0x0d].contains($0) }
        if let bad = bytes.firstIndex(where: { !isAllowed($0) }) {
            let line = 1 + bytes[..<bad].reduce(0) { $0 + ($1 == 0x0a ? 1 : 0) }
            throw Flaw(line: line, found: "has a control character")
        }
    }

    private mutating func document() throws(Flaw) -> XMLElement {
        _ = skip("\u{feff}")
        if isNext("<?xml ") { try declaration() }
        while position < bytes.count {
            if skip("<!--") {
                _ = try upTo("-->", of: "comment")
            } else if skip("<![CDATA[") {
                guard !open.isEmpty else { throw flaw("has text outside of the elements") }
                open[open.count - 1].text += try upTo("]]>", of: "CDATA section")
            } else if skip("<?") {
                _ = try upTo("?>", of: "processing instruction")
            } else if isNext("<!") {
                throw flaw("has a document type or another declaration", expected: "elements and text only")
            } else if skip("</") {
                try endTag()
            } else if skip("<") {
                try startTag()
            } else {
                try text()
            }
        }
        if let last = open.last {
            throw flaw("is the end of the file, though <\(last.name)> of line \(last.line) is still open")
        }
        guard let root else { throw flaw("has no element") }
        return root
    }

    /// The declaration at the start of a text, which must not say another encoding.
    private mutating func declaration() throws(Flaw) {
        let words = try upTo("?>", of: "declaration")
        guard let start = words.split(separator: "encoding", maxSplits: 1).dropFirst().first else { return }
        let name = start.drop { "= \t\r\n\"'".contains($0) }.prefix { !"\"' \t\r\n".contains($0) }
            .lowercased()
        guard ["utf-8", "utf8", "us-ascii", "ascii"].contains(name) else {
            throw flaw("says that its encoding is \(name)", expected: "UTF-8")
        }
    }

    private mutating func startTag() throws(Flaw) {
        let start = line
        let name = try name()
        while true {
            let hadSpace = skipSpaces()
            let isEmpty = skip("/>")
            if isEmpty || skip(">") {
                guard open.count < Self.depthLimit else {
                    throw flaw("nests more than \(Self.depthLimit) elements")
                }
                guard root == nil else { throw flaw("has <\(name)> behind the end of the outermost element") }
                open.append(XMLElement(name: name, line: start))
                if isEmpty { close() }
                return
            }
            guard hadSpace else { throw flaw("has a tag <\(name) that does not end", expected: ">") }
            try attribute(of: name)
        }
    }

    private mutating func attribute(of element: String) throws(Flaw) {
        let name = try name()
        _ = skipSpaces()
        guard skip("=") else { throw flaw("has the attribute \(name) of <\(element)> without a value") }
        _ = skipSpaces()
        guard let quote = ["\"", "'"].first(where: { isNext($0) }) else {
            throw flaw("has the attribute \(name) of <\(element)> without quotation marks")
        }
        _ = skip(quote)
        let value = try upTo(quote, of: "value of the attribute \(name)")
        guard !value.contains("<") else { throw flaw("has a < in the attribute \(name)", expected: "&lt;") }
    }

    private mutating func endTag() throws(Flaw) {
        let name = try name()
        _ = skipSpaces()
        guard skip(">") else { throw flaw("has a tag </\(name) that does not end", expected: ">") }
        guard let last = open.last else { throw flaw("has </\(name)>, which was never opened") }
        guard last.name == name else {
            throw flaw("closes <\(name)>", expected: "</\(last.name)> for line \(last.line)")
        }
        close()
    }

    private mutating func close() {
        guard let closed = open.popLast() else { return }
        if open.isEmpty { root = closed } else { open[open.count - 1].children.append(closed) }
    }

    private mutating func text() throws(Flaw) {
        var units: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                units += try reference()
            } else {
                units.append(bytes[position])
                advance()
            }
        }
        // All bytes were checked, and references are whole characters.
        let text = String(decoding: units, as: UTF8.self)
        if !open.isEmpty {
            open[open.count - 1].text += text
        } else if !text.trimmed.isEmpty {
            throw flaw("has text outside of the elements")
        }
    }

    private mutating func reference() throws(Flaw) -> [UInt8] {
        position += 1
        let body = bytes[position...].prefix(12).prefix { $0 != UInt8(ascii: ";") }
        guard body.count < 12, position + body.count < bytes.count else {
            throw flaw("has an & that starts no reference", expected: "&amp;")
        }
        position += body.count + 1
        let name = String(decoding: body, as: UTF8.self)
        let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let character = entities[name] { return Array(character.utf8) }
        let isHexadecimal = name.hasPrefix("#x")
        guard name.hasPrefix("#"),
            let code = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(code), code >= 0x20 || [0x09, 0x0a, 0x0d].contains(code)
        else { throw flaw("has the unknown reference &\(name);", expected: "&amp;, &lt; and the like") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func name() throws(Flaw) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            let isLetter =
                byte >= 0x80 || [UInt8(ascii: "_"), UInt8(ascii: ":")].contains(byte)
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            let isInner =
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || [UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
            guard isLetter || (isInner && position > start) else { break }
            position += 1
        }
        guard position > start else { throw flaw("has a < that starts no tag", expected: "&lt;") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The text up to a mark, which is passed over.
    private mutating func upTo(_ mark: String, of what: String) throws(Flaw) -> String {
        let (start, startLine) = (position, line)
        while position < bytes.count {
            if isNext(mark) {
                let text = String(decoding: bytes[start..<position], as: UTF8.self)
                _ = skip(mark)
                return text
            }
            advance()
        }
        throw Flaw(line: startLine, found: "has a \(what) that does not end", expected: mark)
    }

    private func isNext(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func skip(_ text: String) -> Bool {
        guard isNext(text) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func skipSpaces() -> Bool {
        let start = position
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { advance() }
        return position > start
    }

    private mutating func advance() {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }
}
