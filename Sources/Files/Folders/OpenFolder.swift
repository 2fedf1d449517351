#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder that is held open: as long as it is, the system gives its number to no other one, not even where
/// it has been removed.
package final class OpenFolder: Sendable {
    private let descriptor: Int32

    /// Opens the folder at `path`.
    ///
    /// - Throws: ``FileError`` where there is none, or the system does not let it be opened.
    package init(_ path: String) throws(FileError) {
        #if canImport(Glibc)
            // What is only held need not be readable: O_PATH, which glibc's module has not, of x86 and AArch64.
            let flags = 0x20_0000 | O_DIRECTORY | O_CLOEXEC
        #else
            let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        #endif
        descriptor = unsafe path.withFileName { unsafe open($0, flags) }
        guard descriptor >= 0 else { throw FileError(path: path, doing: "opened", errno: errno) }
    }

    /// Whether `path` leads to this folder.
    package func isAt(_ path: String) -> Bool {
        FileStatus.isOpen(path, as: descriptor, followingLinks: true)
    }

    deinit { close(descriptor) }
}
