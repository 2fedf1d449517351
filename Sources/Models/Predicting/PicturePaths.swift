internal import GraftFiles
internal import GraftImages

/// Finds pictures by what a person names: files, folders, a list.
package enum PicturePaths {
    /// The files that these names stand for, in order: a folder for the pictures in it and in its folders,
    /// sorted; "-" for the names that `list` gives.
    ///
    /// - Throws: `FileError` where a folder cannot be read, ``SettingError`` where there is no picture at
    ///   all.
    package static func collect(_ names: [String], list: () throws -> [String]) throws -> [String] {
        var paths: [String] = []
        for name in names {
            if name == "-" {
                paths += try list()
            } else if let listing = try? FolderListing(name) {
                paths += try pictures(in: name, listing, seen: [listing.identity])
            } else {
                paths.append(name)
            }
        }
        guard !paths.isEmpty else {
            throw SettingError(
                names == ["-"] ? "The list" : names.joined(separator: ", "), found: "holds no pictures",
                expected: "files such as .jpg or .png")
        }
        return paths
    }

    private static func pictures(
        in folder: String, _ listing: FolderListing, seen: Set<FolderListing.Entry.Identity>
    ) throws -> [String] {
        let endings = Set(ImageFormat.allCases.flatMap(\.fileExtensions))
        var paths: [String] = []
        for entry in listing.entries where !entry.name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + entry.name : "\(folder)/\(entry.name)"
            switch entry.kind {
            case .folder where !seen.contains(entry.identity):
                paths += try pictures(in: path, FolderListing(path), seen: seen.union([entry.identity]))
            case .file:
                let ending = entry.name.split(separator: ".").last.map { $0.lowercased() } ?? ""
                if endings.contains(ending) { paths.append(path) }
            case .folder, .other: break
            }
        }
        return paths
    }
}
