#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the system says about a path.
package struct FileStatus: Sendable, Hashable {
    /// What a path may lead to.
    package enum Kind: Sendable, Hashable {
        case file, folder, link
        /// A pipe, a device, a socket.
        case other
    }

    /// What tells a file or folder from all others while it exists, whatever its names.
    package struct Identity: Sendable, Hashable {
        let device: UInt64
        let number: UInt64
    }

    package let kind: Kind
    /// The size in bytes.
    package let byteCount: Int
    /// When the content was last changed, in seconds since 1970.
    package let lastChange: Int
    /// The number of the user who owns it.
    let owner: UInt32
    /// What tells this file or folder from all others.
    package let identity: Identity

    /// The status of what `path` leads to, or of the link itself; `nil` where there is nothing.
    ///
    /// - Throws: ``FileError`` where the system does not tell.
    package static func of(_ path: String, followingLinks: Bool = true) throws(FileError) -> FileStatus? {
        var status = stat()
        let outcome = unsafe path.withFileName { name in
            unsafe followingLinks ? stat(name, &status) : lstat(name, &status)
        }
        guard outcome == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError(path: path, doing: "examined", errno: errno)
        }
        return FileStatus(status)
    }

    /// The status of an open file or folder; `nil` where the system does not tell.
    init?(descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Whether `path` leads to what is open, and not to what has taken its place; nor to a link, unless links are
    /// followed.
    static func isOpen(_ path: String, as descriptor: Int32, followingLinks: Bool = false) -> Bool {
        guard let open = FileStatus(descriptor: descriptor)?.identity else { return false }
        return (try? FileStatus.of(path, followingLinks: followingLinks))?.identity == open
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        byteCount = Int(status.st_size)
        #if canImport(Glibc)
            lastChange = status.st_mtim.tv_sec
        #else
            lastChange = status.st_mtimespec.tv_sec
        #endif
        owner = status.st_uid
        identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            number: UInt64(truncatingIfNeeded: status.st_ino))
    }
}
