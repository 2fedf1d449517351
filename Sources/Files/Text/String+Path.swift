/// Parts of paths, found by bytes: a letter that joins with the slash or the dot before it hides neither.
extension String {
    /// What stands behind the last slash; everything where there is none.
    package var lastName: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return String(self[utf8.index(after: slash)...])
    }

    /// What stands before the last slash; `nil` where there is none.
    package var folderPart: String? {
        utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[..<$0]) }
    }

    /// The folder that the path lies in, as the system takes it: "." where it names none.
    package var parentFolder: String {
        guard let folder = folderPart else { return "." }
        return folder.isEmpty ? "/" : folder
    }

    /// The path of another name in the same folder.
    package func beside(name: String) -> String { folderPart.map { "\($0)/\(name)" } ?? name }

    /// The path without slashes at its end; the root keeps its own.
    package var withoutTrailingSlashes: String {
        let end = utf8.lastIndex { $0 != UInt8(ascii: "/") }
        return String(self[..<(end.map { utf8.index(after: $0) } ?? utf8.prefix(1).endIndex)])
    }

    /// The name without what stands behind its last dot, and without the dot; a dot at the start does not
    /// count.
    package var withoutEnding: String {
        guard let dot = endingDot else { return self }
        return String(self[..<dot])
    }

    /// What stands behind the last dot of the last name, in lower case; empty where there is none.
    package var ending: String {
        guard let dot = endingDot else { return "" }
        return self[utf8.index(after: dot)...].lowercased()
    }

    /// The path of what is in this folder under a name.
    package func appending(name: String) -> String {
        isEmpty ? name : utf8.last == UInt8(ascii: "/") ? self + name : "\(self)/\(name)"
    }

    /// Whether the bytes begin with these.
    package func startsWithBytes(of other: String) -> Bool { utf8.starts(with: other.utf8) }

    private var endingDot: String.Index? {
        let name = utf8.lastIndex(of: UInt8(ascii: "/")).map { utf8.index(after: $0) } ?? startIndex
        guard let dot = utf8[name...].lastIndex(of: UInt8(ascii: ".")), dot != name else { return nil }
        return dot
    }
}
