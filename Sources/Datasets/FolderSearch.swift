internal import GraftFiles
internal import GraftImages

/// A walk through the folders of a data set.
struct FolderSearch {
    private let root: String
    /// Files that are no pictures, or are where no class is, relative to the root.
    private(set) var unused: [String] = []
    /// How many of ``unused`` are pictures without a class.
    private(set) var looseCount = 0

    init(root: String) { self.root = root }

    /// Lists a folder, less what nobody means to be there.
    ///
    /// - Parameter folder: Its path relative to the root.
    func list(_ folder: String) throws(DatasetError) -> FolderListing {
        do throws(FileError) {
            var listing = try FolderListing(folder.isEmpty ? root : "\(root)/\(folder)")
            listing.entries.removeAll {
                $0.name.hasPrefix(".") || ["Thumbs.db", "__MACOSX"].contains($0.name)
            }
            return listing
        } catch {
            throw DatasetError(error)
        }
    }

    /// Notes a file or folder that belongs to no class.
    mutating func passOver(_ path: String) {
        if !path.hasSuffix("/") && isPicture(path) { looseCount += 1 }
        unused.append(path)
    }

    /// The pictures in a folder and the folders in it, relative to the root; other files are noted.
    mutating func pictures(in folder: String) throws(DatasetError) -> [String] {
        try pictures(in: folder, within: [])
    }

    private mutating func pictures(
        in folder: String, within outer: Set<FolderListing.Entry.Identity>
    ) throws(DatasetError) -> [String] {
        let listing = try list(folder)
        // A link to a folder around it would never end.
        guard !outer.contains(listing.identity) else { return [] }
        var found: [String] = []
        for entry in listing.entries {
            let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
            switch entry.kind {
            case .folder: found += try pictures(in: path, within: outer.union([listing.identity]))
            case .file where isPicture(path): found.append(path)
            case .file, .other: unused.append(path)
            }
        }
        return found
    }

    /// Whether a file's name, or else its content, is that of a picture.
    private func isPicture(_ path: String) -> Bool {
        let ending = FileEnding(of: path).text
        if ImageFormat.allCases.contains(where: { $0.fileExtensions.contains(ending) }) { return true }
        guard let start = try? FileContents.readStart("\(root)/\(path)", count: 16) else { return false }
        return ImageFormat(ofContent: start) != nil
    }
}
