#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Makes folders.
package enum FolderCreation {
    /// Makes a folder at `path` where there is none yet; the one that it lies in must be there.
    ///
    /// - Throws: ``FileError`` where something else is there, or it cannot be made.
    package static func create(_ path: String) throws(FileError) {
        if let status = try FileStatus.of(path) {
            guard status.kind == .folder else {
                throw FileError(
                    .other, Problem(path, found: "is there and is no folder", remedy: "Name another one"))
            }
            return
        }
        guard unsafe path.withFileName({ unsafe mkdir($0, 0o755) }) == 0 || errno == EEXIST else {
            throw FileError(path: path, doing: "made", errno: errno)
        }
    }
}
