internal import GraftFiles

/// Bytes read from front to back, every read checked against the end.
struct ByteReader {
    private enum Source {
        case file(MappedFile)
        case memory([UInt8])
    }

    /// What errors are about: the file's path, or the path and an entry in it.
    let subject: String
    /// Where the next read starts.
    private(set) var position = 0
    /// The number of bytes in all.
    let count: Int
    private let source: Source

    /// A reader of a whole file.
    init(_ file: MappedFile) {
        subject = file.path
        count = file.count
        source = .file(file)
    }

    /// A reader of bytes that were unpacked from a file.
    init(_ bytes: [UInt8], subject: String) {
        self.subject = subject
        count = bytes.count
        source = .memory(bytes)
    }

    /// The number of bytes not yet read.
    var remaining: Int { count - position }

    /// Reads one byte.
    mutating func byte() throws(WeightFileError) -> UInt8 {
        let start = try advance(by: 1)
        switch source {
        case .file(let file): return unsafe file.withBytes { unsafe $0[start] }
        case .memory(let bytes): return bytes[start]
        }
    }

    /// Reads `length` bytes.
    mutating func bytes(_ length: Int) throws(WeightFileError) -> [UInt8] {
        let start = try advance(by: length)
        switch source {
        case .file(let file): return unsafe file.withBytes { unsafe Array($0[start..<(start + length)]) }
        case .memory(let bytes): return Array(bytes[start..<(start + length)])
        }
    }

    /// Reads an integer whose lowest byte comes first.
    mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(WeightFileError)
        -> Value
    {
        var value: Value = 0
        for position in 0..<(Value.bitWidth / 8) {
            value |= Value(truncatingIfNeeded: try byte()) << (8 * position)
        }
        return value
    }

    /// Reads `length` bytes as UTF-8.
    mutating func text(_ length: Int) throws(WeightFileError) -> String {
        let start = position
        guard let text = String(validating: try bytes(length), as: UTF8.self) else {
            throw .damaged(subject, "has a text at byte \(start) that is not UTF-8")
        }
        return text
    }

    /// Reads up to the next line feed, which is dropped.
    mutating func line() throws(WeightFileError) -> String {
        let start = position
        var line: [UInt8] = []
        while true {
            let next = try byte()
            if next == UInt8(ascii: "\n") { break }
            line.append(next)
            guard line.count <= 1024 else {
                throw .damaged(subject, "has a line at byte \(start) that does not end")
            }
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw .damaged(subject, "has a text at byte \(start) that is not UTF-8")
        }
        return text
    }

    /// Passes over `length` bytes and says where they start.
    @discardableResult
    mutating func advance(by length: Int) throws(WeightFileError) -> Int {
        guard length >= 0, length <= remaining else {
            throw .cutShort(subject, at: count, needed: "\(length) bytes more at byte \(position)")
        }
        defer { position += length }
        return position
    }
}
