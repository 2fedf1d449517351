#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a folder is to be: a path as a person wrote it, and the place it means.
package struct FolderPlace: Sendable {
    /// The path as it was written, without slashes at the end: for messages.
    package let shown: String
    /// The path with links followed.
    package let path: String
    /// The folder it is in.
    let parent: String

    /// The place that `path` means; the folder it is in must exist.
    ///
    /// - Throws: ``FileError`` where it does not, or where the path is a link that leads nowhere.
    package init(_ path: String) throws(FileError) {
        shown = path.withoutTrailingSlashes
        guard !shown.isEmpty else {
            throw FileError(
                .missing,
                Problem("The path", found: "is empty", expected: "the path of a folder"))
        }
        if let status = try FileStatus.of(shown, followingLinks: false),
            status.kind == .link || shown.hasSuffix(".")
        {
            guard let real = unsafe shown.withFileName({ unsafe realpath($0, nil) }) else {
                throw FileError(
                    .missing,
                    Problem(
                        shown, found: "is a link that leads nowhere",
                        remedy: "Remove the link, or choose another path"))
            }
            defer { unsafe free(real) }
            self.path = unsafe String(
                fileName: UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
        } else {
            self.path = shown
        }
        parent = self.path.parentFolder
        guard let folder = try FileStatus.of(parent) else {
            throw FileError(
                .missing,
                Problem(
                    parent, found: "does not exist", remedy: "Make that folder first, or choose another path")
            )
        }
        guard folder.kind == .folder else {
            throw FileError(
                .other,
                Problem(parent, found: "is not a folder", remedy: "Choose another path"))
        }
    }

    /// The path of a neighbour.
    func neighbour(_ name: String) -> String { parent.appending(name: name) }
}
