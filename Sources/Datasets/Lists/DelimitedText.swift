internal import GraftFiles

/// A table as text: records of fields between separators, in quotation marks where they need them (RFC 4180).
///
/// Lines end with LF, CR LF or CR; a byte order mark is passed over, and so are empty lines. A quotation mark
/// within a field that has none around it is an error. Bytes that are no part of UTF-8 are kept: they may
/// name a file.
struct DelimitedText {
    struct Record {
        /// The line in which it starts, from 1 on.
        let line: Int
        let fields: [String]
    }

    /// Why a text is no such table, worded to follow the name of its line.
    struct Flaw: Error {
        let line: Int
        let found: String
        var expected: String?
    }

    let header: Record
    let records: [Record]

    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - separators: What may separate fields: the first that the text's first line has.
    init(_ bytes: [UInt8], separators: [Character]) throws(Flaw) {
        guard !TextLines.isUTF16(bytes) else {
            throw Flaw(line: 1, found: "is UTF-16 text", expected: "UTF-8: save the table as such")
        }
        let marked = bytes.starts(with: TextLines.mark)
        let text = marked ? bytes[TextLines.mark.count...] : bytes[...]
        let firstLine = text.prefix { $0 != 0x0a && $0 != 0x0d }
        let codes = separators.compactMap(\.asciiValue)
        let separator = codes.first { firstLine.contains($0) } ?? codes.first ?? UInt8(ascii: ",")
        var reader = RecordReader(bytes: text, separator: separator)
        guard let header = try reader.next() else {
            throw Flaw(line: 1, found: "is empty", expected: "a header with the names of columns")
        }
        var records: [Record] = []
        while let record = try reader.next() {
            guard record.fields.count == header.fields.count else {
                let count = record.fields.count == 1 ? "1 field" : "\(record.fields.count) fields"
                throw Flaw(
                    line: record.line, found: "has \(count)",
                    expected: "\(header.fields.count), one for each column of the header")
            }
            records.append(record)
        }
        self.header = header
        self.records = records
    }
}

private struct RecordReader {
    let bytes: ArraySlice<UInt8>
    let separator: UInt8
    var position: Int
    var line = 1

    init(bytes: ArraySlice<UInt8>, separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        position = bytes.startIndex
    }

    private var byte: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    /// The next record that is not an empty line.
    mutating func next() throws(DelimitedText.Flaw) -> DelimitedText.Record? {
        while byte != nil {
            if skipLineEnd() { continue }
            let start = line
            var fields = [try field()]
            while byte == separator {
                position += 1
                fields.append(try field())
            }
            guard byte == nil || skipLineEnd() else {
                throw DelimitedText.Flaw(
                    line: line, found: "has more behind the quotation marks of a field",
                    expected: "the next field, or the end of the line")
            }
            return DelimitedText.Record(line: start, fields: fields)
        }
        return nil
    }

    private mutating func skipLineEnd() -> Bool {
        guard byte == 0x0a || byte == 0x0d else { return false }
        let isPair = byte == 0x0d && position + 1 < bytes.endIndex && bytes[position + 1] == 0x0a
        position += isPair ? 2 : 1
        line += 1
        return true
    }

    private mutating func field() throws(DelimitedText.Flaw) -> String {
        let start = line
        var units: [UInt8] = []
        if byte == UInt8(ascii: "\"") {
            position += 1
            while true {
                guard let next = byte else {
                    throw DelimitedText.Flaw(
                        line: start, found: "has a quotation mark that is never closed")
                }
                position += 1
                if next == UInt8(ascii: "\"") {
                    guard byte == next else { break }
                    position += 1
                }
                // Of CR LF the second one counts.
                if next == 0x0a || (next == 0x0d && byte != 0x0a) { line += 1 }
                units.append(next)
            }
        } else {
            while let next = byte, next != separator, next != 0x0a, next != 0x0d {
                guard next != UInt8(ascii: "\"") else {
                    throw DelimitedText.Flaw(
                        line: line, found: "has a quotation mark inside of a field",
                        expected: "two of them, in a field in quotation marks")
                }
                units.append(next)
                position += 1
            }
        }
        return String(fileName: units)
    }
}
