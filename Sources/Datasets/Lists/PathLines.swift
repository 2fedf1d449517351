internal import GraftFiles

/// Paths in a plain text, one a line, or separated by zero bytes, as `find -print0` writes them.
package enum PathLines {
    /// The paths in a text, their bytes as they are but for a byte order mark at the start.
    ///
    /// Where there is a zero byte, these separate the paths, which may hold line ends then. Else lines end
    /// with LF or CR LF, or, where no line feed is there, with CR. Empty lines are passed over.
    package static func paths(in bytes: [UInt8]) -> [String] {
        var stream = PathStream()
        return stream.append(bytes) + stream.end()
    }
}

/// Paths in a text that comes piece by piece, each told as soon as it is whole: see ``PathLines``.
///
/// What separates them is known with the first piece that has a zero byte or the end of a line.
package struct PathStream: Sendable {
    private enum Separator { case zero, line }

    private var separator: Separator?
    /// What came after the last separator.
    private var rest: [UInt8] = []
    private var isAtStart = true

    /// Nothing has come yet.
    package init() {}

    /// The paths that a piece completes.
    package mutating func append(_ bytes: [UInt8]) -> [String] {
        rest += bytes
        if isAtStart, rest.count >= TextLines.mark.count {
            if rest.starts(with: TextLines.mark) { rest.removeFirst(TextLines.mark.count) }
            isAtStart = false
        }
        if separator == nil {
            separator = rest.contains(0) ? .zero : rest.contains(0x0a) ? .line : nil
        }
        guard let separator, let end = rest.lastIndex(where: { isSeparator($0, separator) }) else {
            return []
        }
        let whole = rest[..<end]
        rest.removeSubrange(...end)
        return paths(whole, separator)
    }

    /// The paths that nothing came after.
    package mutating func end() -> [String] {
        defer { rest = [] }
        if let separator { return paths(rest[...], separator) }
        return rest.split(separator: 0x0d).map { String(fileName: Array($0)) }
    }

    /// A zero byte is in no name: it separates paths in lines too.
    private func isSeparator(_ byte: UInt8, _ separator: Separator) -> Bool {
        byte == 0 || (separator == .line && byte == 0x0a)
    }

    private func paths(_ bytes: ArraySlice<UInt8>, _ separator: Separator) -> [String] {
        bytes.split(whereSeparator: { isSeparator($0, separator) })
            .map { separator == .line && $0.last == 0x0d ? $0.dropLast() : $0 }
            .filter { !$0.isEmpty }.map { String(fileName: Array($0)) }
    }
}
