#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Names made durable: a file's bytes outlive the machine's fall after `fsync` of the file, its name only after
/// that of its folder.
package enum FolderSynchronization {
    /// Makes the names in the folder of the file at `path` durable.
    package static func synchronizeFolder(ofFile path: String) throws(FileError) {
        try synchronize(path.parentFolder, shown: path)
    }

    /// Makes the names in a folder durable.
    ///
    /// - Parameter shown: the path that an error is about.
    static func synchronize(_ folder: String, shown: String) throws(FileError) {
        let descriptor = unsafe folder.withFileName { unsafe open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        // A folder that may be written but not read cannot be synchronised; the file is in its place all the
        // same.
        if descriptor < 0, errno == EACCES { return }
        guard descriptor >= 0 else { throw FileError(path: shown, doing: "written", errno: errno) }
        defer { close(descriptor) }
        // Some file systems have nothing to do for a folder and say so.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw FileError(path: shown, doing: "written", errno: errno)
        }
    }
}
