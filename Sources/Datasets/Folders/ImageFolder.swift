internal import GraftFiles

/// A folder of class folders with pictures, with or without folders of parts above them.
///
/// Classes are the names of folders, in the order of their UTF-8 bytes; pictures are found in them at any
/// depth. A picture is a file whose name or content says so. What is no picture, or in no class folder, is
/// left out by name; hidden files and what systems and Graft itself put there is passed over: see
/// ``inventory``. Symbolic links are followed; a folder that has several names is read once.
///
/// Folders named `train`, `validation` and `test`, or `Training`, `val`, `dev`, `test_set` and the like, give
/// the parts, where there are no others beside them, or that for training and one of the rest are there.
/// Where the folders may be parts or classes, or stand in one folder too many, the data is refused.
///
/// ```swift
/// let photos = try ImageFolder("photos")
/// print(photos.classes, photos.samples.count)
/// ```
public struct ImageFolder: Dataset {
    /// The path the data was found at.
    public let root: String
    /// The names of the classes; a label is an index into them.
    public let classes: [String]
    /// The pictures, in an order that depends on nothing but the data.
    public let samples: [Sample]
    /// What of the data is not used.
    public let inventory: Inventory

    /// Finds classes and pictures under `path`; no picture is read.
    ///
    /// - Throws: ``DatasetError`` where the folder is missing or unreadable, has two folders for one part,
    ///   allows more than one reading, or holds no class folder with a picture.
    public init(_ path: String) throws(DatasetError) {
        root = path
        var search = FolderSearch(root: path)
        let layout = try FolderLayout(&search, root: path)
        let found = try search.pictures(in: layout.classes.map(\.folder))
        let folders = zip(layout.classes, found).compactMap { folder, files in files.map { (folder, $0) } }
        let names = try ClassNames(folders.map(\.0.className), in: path)
        classes = names.all
        samples = folders.flatMap { folder, files in
            files.map {
                Sample(
                    path: $0, target: .label(names.label(folder.className) ?? 0), part: folder.part,
                    source: .file(path.appending(name: $0)))
            }
        }
        inventory = search.inventory
        if samples.isEmpty { throw Self.nothingFound(search, root: path, hasParts: layout.hasParts) }
    }

    /// All pictures under `path` as one class, named like the folder: for looking at pictures that are not
    /// sorted yet.
    ///
    /// - Throws: ``DatasetError`` where the folder is missing or unreadable, or holds no picture.
    public init(unsorted path: String) throws(DatasetError) {
        root = path
        var search = FolderSearch(root: path)
        let files = try search.pictures(in: [FolderSearch.Folder(path: "")])[0] ?? []
        let name = path.withoutTrailingSlashes.lastName
        classes = [name.isEmpty ? path : name]
        samples = files.map {
            Sample(path: $0, target: .label(0), part: nil, source: .file(path.appending(name: $0)))
        }
        inventory = search.inventory
        if samples.isEmpty { throw Self.nothingFound(search, root: path) }
    }

    private static func nothingFound(
        _ search: FolderSearch, root: String, hasParts: Bool = false
    ) -> DatasetError {
        let remedy: Remedy = "Make one folder for each class, named like it, and put its pictures there"
        let loose = search.looseCount
        guard loose > 0 else {
            var found = "holds no pictures"
            if let first = search.inventory.leftOut.first {
                let count = search.inventory.leftOut.count
                found += " that can be used; \(count.grouped) left out: \(first.message.withoutFullStop)"
                if count > 1 { found += ", …" }
            }
            return DatasetError(.noPictures, Problem(root, found: found, remedy: remedy))
        }
        let count = loose == 1 ? "1 picture" : "\(loose.grouped) pictures"
        let place = hasParts ? " in the folders of its parts" : ""
        return DatasetError(
            .noClasses,
            Problem(root, found: "holds \(count)\(place) but no folders of pictures", remedy: remedy))
    }
}
