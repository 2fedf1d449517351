internal import GraftFiles

/// Paths in a plain text, one a line, or separated by zero bytes, as `find -print0` writes them.
package enum PathLines {
    /// The paths in a text, their bytes as they are but for a byte order mark at the start.
    ///
    /// Where there is a zero byte, these separate the paths, which may hold line ends then. Else lines end
    /// with LF or CR LF, or, where no line feed is there, with CR. Empty lines are passed over.
    package static func paths(in bytes: [UInt8]) -> [String] {
        let text = bytes.starts(with: TextLines.mark) ? bytes[TextLines.mark.count...] : bytes[...]
        let lines: [ArraySlice<UInt8>]
        if text.contains(0) {
            lines = text.split(separator: 0)
        } else if text.contains(0x0a) {
            lines = text.split(separator: 0x0a).map { $0.last == 0x0d ? $0.dropLast() : $0 }
        } else {
            lines = text.split(separator: 0x0d)
        }
        return lines.filter { !$0.isEmpty }.map { String(fileName: Array($0)) }
    }
}
