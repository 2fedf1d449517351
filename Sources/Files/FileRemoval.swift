#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Removing files.
package enum FileRemoval {
    /// Removes the file at `path`, if there is one.
    package static func remove(_ path: String) throws(FileError) {
        guard unsafe path.withFileName({ unsafe unlink($0) }) == 0 || errno == ENOENT else {
            throw FileError(path: path, doing: "removed", errno: errno)
        }
    }
}
