package import GraftDatasets
package import GraftFiles

/// Finds pictures by what a person names: files, folders, a list.
package enum PicturePaths {
    /// The files that these names stand for, in order: a folder for the pictures in it and in its folders,
    /// sorted; "-" for the names that `list` gives.
    ///
    /// - Parameters:
    ///   - list: The bytes of a list of paths: see ``GraftDatasets/PathLines``.
    ///   - onInventory: Is told what of a folder is not used.
    /// - Throws: `DatasetError` where a folder cannot be read, ``SettingError`` where there is no picture at
    ///   all.
    package static func collect(
        _ names: [String], list: () throws -> [UInt8], onInventory: (String, Inventory) -> Void = { _, _ in }
    ) throws -> [String] {
        var paths: [String] = []
        for name in names {
            if name.hasBytes(of: "-") {
                paths += PathLines.paths(in: try list())
            } else if ((try? FileStatus.of(name)) ?? nil)?.kind == .folder {
                var search = FolderSearch(root: name)
                let found = try search.pictures(in: [FolderSearch.Folder(path: "")])[0] ?? []
                paths += found.map { name.appending(name: $0) }
                onInventory(name, search.inventory)
            } else {
                paths.append(name)
            }
        }
        guard !paths.isEmpty else { throw noPictures(in: names) }
        return paths
    }

    /// The error for names that stand for no picture at all.
    package static func noPictures(in names: [String]) -> SettingError {
        SettingError(
            names == ["-"] ? "The list" : names.joined(separator: ", "), found: "holds no pictures",
            expected: "files such as .jpg or .png")
    }
}
