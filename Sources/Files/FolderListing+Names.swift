extension FolderListing {
    /// The names of what is in the folder at `path`, sorted, hidden ones included.
    ///
    /// - Throws: ``FileError`` where it cannot be listed.
    package static func names(of path: String) throws(FileError) -> [String] {
        try FolderListing(path).entries.map(\.name)
    }
}
