internal import GraftFiles

/// A folder of class folders with pictures, with or without `train` and `validation` folders above them.
///
/// Classes are the names of folders, in the order of their UTF-8 bytes; pictures are found in them at any
/// depth. A picture is a file whose name or content says so. Hidden files, `Thumbs.db` and `__MACOSX` are
/// passed over. Symbolic links are followed, except into a folder that is being searched already.
///
/// Folders named `train`, `validation` (or `val`, `valid`) and `test`, in upper or lower case, give the
/// parts, where there are no others beside them, or `train` and one of the rest are there.
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
    /// Files that are there but are no pictures, by path relative to the root.
    public let unusedFiles: [String]

    /// Finds classes and pictures under `path`; no picture is read.
    ///
    /// - Throws: ``DatasetError`` where the folder is missing or unreadable, has two folders for one part, or
    ///   holds no class folder with a picture.
    public init(_ path: String) throws(DatasetError) {
        root = path
        var search = FolderSearch(root: path)
        let top = try search.list("")
        let parts = try Self.parts(top, root: path)
        var found: [(className: String, part: Part?, files: [String])] = []
        for entry in top.entries {
            if let part = parts[entry.name] {
                for inner in try search.list(entry.name).entries {
                    let inside = "\(entry.name)/\(inner.name)"
                    if inner.kind == .folder {
                        found.append((inner.name, part, try search.pictures(in: inside)))
                    } else {
                        search.passOver(inside)
                    }
                }
            } else if entry.kind == .folder && parts.isEmpty {
                found.append((entry.name, nil, try search.pictures(in: entry.name)))
            } else {
                search.passOver(entry.kind == .folder ? entry.name + "/" : entry.name)
            }
        }
        let names = Set(found.map(\.className)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let labels = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        classes = names
        samples = found.flatMap { name, part, files in
            files.map {
                Sample(
                    path: $0, target: .label(labels[name] ?? 0), part: part, source: .file("\(path)/\($0)"))
            }
        }
        unusedFiles = search.unused
        if samples.isEmpty { throw Self.nothingFound(search, root: path) }
    }

    /// All pictures under `path` as one class, named like the folder: for looking at pictures that are not
    /// sorted yet.
    ///
    /// - Throws: ``DatasetError`` where the folder is missing or unreadable, or holds no picture.
    public init(unsorted path: String) throws(DatasetError) {
        root = path
        var search = FolderSearch(root: path)
        let files = try search.pictures(in: "")
        classes = [path.split(separator: "/").last.map(String.init) ?? path]
        samples = files.map { Sample(path: $0, target: .label(0), part: nil, source: .file("\(path)/\($0)")) }
        unusedFiles = search.unused
        if samples.isEmpty { throw Self.nothingFound(search, root: path) }
    }

    /// The folders that stand for parts, by name; none where the folders are classes.
    static func parts(_ top: FolderListing, root: String) throws(DatasetError) -> [String: Part] {
        let known: [String: Part] = [
            "train": .train, "validation": .validation, "val": .validation, "valid": .validation,
            "test": .test,
        ]
        let folders = top.entries.filter { $0.kind == .folder }.map(\.name)
        let parts = folders.reduce(into: [String: Part]()) { $0[$1] = known[$1.lowercased()] }
        let present = Set(parts.values)
        // A class may be called "train" or "test": alone among others such a folder is a class.
        guard parts.count == folders.count || (present.contains(.train) && present.count > 1) else {
            return [:]
        }
        for part in Part.allCases {
            let names = folders.filter { parts[$0] == part }
            if names.count > 1 {
                let problem = Problem(
                    root,
                    found: "has \(names.count) folders for the \(part.rawValue) part: "
                        + names.joined(separator: ", "), expected: "one", remedy: "Merge or rename them")
                throw DatasetError(.ambiguous, problem)
            }
        }
        return parts
    }

    private static func nothingFound(_ search: FolderSearch, root: String) -> DatasetError {
        let remedy: Remedy = "Make one folder for each class, named like it, and put its pictures there"
        let loose = search.looseCount
        guard loose > 0 else {
            return DatasetError(.noPictures, Problem(root, found: "holds no pictures", remedy: remedy))
        }
        let count = loose == 1 ? "1 picture" : "\(loose) pictures"
        return DatasetError(
            .noClasses, Problem(root, found: "holds \(count) but no folders of pictures", remedy: remedy))
    }
}
