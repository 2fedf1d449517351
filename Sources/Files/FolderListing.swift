#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a folder holds.
package struct FolderListing {
    /// One name in a folder, symbolic links followed.
    package struct Entry: Sendable, Hashable {
        /// What a name stands for.
        package enum Kind: Sendable, Hashable {
            case file
            case folder
            /// A device, a pipe, or a link to nothing.
            case other
        }

        /// What tells two things on the system apart, whatever their names.
        package struct Identity: Sendable, Hashable {
            let device: UInt64
            let number: UInt64
        }

        package let name: String
        package let kind: Kind
        package let identity: Identity
    }

    /// The entries without `.` and `..`, in the order of their names' UTF-8 bytes.
    package var entries: [Entry]
    /// What the folder itself is, symbolic links followed.
    package let identity: Entry.Identity

    /// The names of what is in the folder at `path`, in order, hidden ones included.
    ///
    /// - Throws: ``FileError`` where it cannot be listed.
    package static func names(of path: String) throws(FileError) -> [String] {
        try FolderListing(path).entries.map(\.name)
    }

    /// Lists the folder at `path`.
    ///
    /// - Throws: ``FileError`` where there is no such folder or it cannot be read.
    package init(_ path: String) throws(FileError) {
        guard let own = Self.status(path) else { throw FileError(path: path, doing: "opened", errno: errno) }
        guard own.kind == .folder else {
            throw FileError(.other, Problem(path, found: "is not a folder", expected: "a folder"))
        }
        guard let folder = unsafe opendir(path) else {
            throw FileError(path: path, doing: "read", errno: errno)
        }
        defer { unsafe closedir(folder) }
        var found: [Entry] = []
        while let record = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &record.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let status = Self.status(path + "/" + name)
            found.append(
                Entry(
                    name: name, kind: status?.kind ?? .other,
                    identity: status?.identity ?? Entry.Identity(device: 0, number: 0)))
        }
        entries = found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        identity = own.identity
    }

    private static func status(_ path: String) -> (kind: Entry.Kind, identity: Entry.Identity)? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let kind: Entry.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        let identity = Entry.Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino))
        return (kind, identity)
    }
}
