#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a folder holds.
package struct FolderListing {
    /// One name in a folder.
    package struct Entry: Sendable, Hashable {
        /// What a name leads to, links followed.
        package enum Kind: Sendable, Hashable {
            case file
            case folder
            /// A device, a pipe, or a link to nothing.
            case other
        }

        package typealias Identity = FileStatus.Identity

        /// The name, whose bytes are kept even where they are no UTF-8: `String.init(fileName:)`.
        package let name: String
        /// What the name leads to; `nil` where that is nothing, or the system does not tell.
        package let status: FileStatus?

        /// What kind of thing it leads to.
        package var kind: Kind {
            switch status?.kind {
            case .file: .file
            case .folder: .folder
            case .link, .other, nil: .other
            }
        }
        /// What tells it from all other things; the same for all names that lead to nothing.
        package var identity: FileStatus.Identity {
            status?.identity ?? FileStatus.Identity(device: 0, number: 0)
        }
    }

    /// The entries without `.` and `..`, in the order of their names' bytes.
    package var entries: [Entry]
    /// What the folder itself is, symbolic links followed.
    package let identity: FileStatus.Identity

    /// The names of what is in the folder at `path`, in order, hidden ones included.
    ///
    /// - Throws: ``FileError`` where it cannot be listed.
    package static func names(of path: String) throws(FileError) -> [String] {
        _ = try status(of: path)
        return try read(path)
    }

    private static func read(_ path: String) throws(FileError) -> [String] {
        guard let folder = unsafe path.withFileName({ unsafe opendir($0) }) else {
            throw FileError(path: path, doing: "read", errno: errno)
        }
        defer { unsafe closedir(folder) }
        var names: [[UInt8]] = []
        while let record = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &record.pointee.d_name) { bytes in
                unsafe [UInt8](bytes.prefix { $0 != 0 })
            }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }.map(String.init(fileName:))
    }

    /// Lists the folder at `path`, symbolic links followed.
    ///
    /// - Throws: ``FileError`` where there is no such folder or it cannot be read.
    package init(_ path: String) throws(FileError) {
        identity = try FolderListing.status(of: path).identity
        entries = try FolderListing.read(path).map { name in
            Entry(name: name, status: (try? FileStatus.of("\(path)/\(name)")) ?? nil)
        }
    }

    private static func status(of path: String) throws(FileError) -> FileStatus {
        guard let status = try FileStatus.of(path) else {
            throw FileError(path: path, doing: "opened", errno: ENOENT)
        }
        guard status.kind == .folder else {
            throw FileError(.other, Problem(path, found: "is not a folder", expected: "a folder"))
        }
        return status
    }
}
