#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a folder holds.
package struct FolderListing {
    /// One name in a folder.
    package struct Entry: Sendable {
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
        /// Whether the name is a symbolic link, whatever that leads to.
        package let isLink: Bool
        /// Why the system does not tell what the name leads to; `nil` where it does, or that is nothing.
        package let failure: FileError?

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
        return try read(path).map(\.name)
    }

    /// The names, each with whether it is a link, where the system tells that at once.
    private static func read(_ path: String) throws(FileError) -> [(name: String, isLink: Bool?)] {
        guard let folder = unsafe path.withFileName({ unsafe opendir($0) }) else {
            throw FileError(path: path, doing: "read", errno: errno)
        }
        defer { unsafe closedir(folder) }
        var names: [(bytes: [UInt8], isLink: Bool?)] = []
        while true {
            errno = 0
            guard let record = unsafe readdir(folder) else { break }
            let name = unsafe withUnsafeBytes(of: &record.pointee.d_name) { bytes in
                unsafe [UInt8](bytes.prefix { $0 != 0 })
            }
            let type = unsafe Int32(record.pointee.d_type)
            guard name != Array(".".utf8), name != Array("..".utf8) else { continue }
            // Some file systems do not tell the type here.
            names.append((name, type == Int32(DT_UNKNOWN) ? nil : type == Int32(DT_LNK)))
        }
        guard errno == 0 else { throw FileError(path: path, doing: "read", errno: errno) }
        return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            .map { (String(fileName: $0.bytes), $0.isLink) }
    }

    /// Lists the folder at `path`, symbolic links followed.
    ///
    /// - Throws: ``FileError`` where there is no such folder or it cannot be read.
    package init(_ path: String) throws(FileError) {
        identity = try FolderListing.status(of: path).identity
        entries = try FolderListing.read(path).map { name, isLink in
            let place = path.appending(name: name)
            let isLink = isLink ?? ((try? FileStatus.of(place, followingLinks: false))??.kind == .link)
            do throws(FileError) {
                return Entry(name: name, status: try FileStatus.of(place), isLink: isLink, failure: nil)
            } catch {
                return Entry(name: name, status: nil, isLink: isLink, failure: error)
            }
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
