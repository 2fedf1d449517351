internal import GraftFiles

/// How the folders of a data set are to be read: which are parts, and which are classes.
///
/// Folders are parts where all have names of parts, or one is that of the training part and another that of
/// another part. Where names do not say so, but the folders all hold folders of the same names, both readings
/// are possible, and the data is refused.
struct FolderLayout {
    /// A folder of one class, or of one class in one part.
    struct ClassFolder {
        let className: String
        let part: Part?
        let folder: FolderSearch.Folder
    }

    private(set) var classes: [ClassFolder] = []
    /// Whether folders at the top are parts.
    private(set) var hasParts = false

    /// Reads the folders at the top of a data set, and those in them; what belongs to no class is noted.
    ///
    /// - Throws: ``DatasetError`` where a folder cannot be listed, or there is more than one reading.
    init(_ search: inout FolderSearch, root: String) throws(DatasetError) {
        let top = try search.list("")
        let folders = top.entries.filter { $0.kind == .folder }
        let parts = try Self.parts(folders.map(\.name), root: root)
        hasParts = !parts.isEmpty
        if hasParts {
            try requireOneLevel(folders.filter { parts[ExactText($0.name)] != nil }, &search, root)
        } else {
            try requireNoOtherReading(folders, &search, root)
        }
        for entry in top.entries {
            if let part = parts[ExactText(entry.name)] {
                try add(entry, part, &search)
            } else if entry.kind == .folder && !hasParts {
                classes.append(
                    ClassFolder(
                        className: entry.name, part: nil,
                        folder: FolderSearch.Folder(path: entry.name, isLink: entry.isLink)))
            } else {
                let names = parts.keys.sorted().map(\.text).joined(separator: ", ")
                try search.leaveOut(
                    entry, at: entry.name,
                    as: entry.kind == .folder
                        ? "is beside the parts \(names), and its name is that of no part"
                        : "is a picture in no class folder")
            }
        }
    }

    /// The class folders of a part.
    private mutating func add(
        _ folder: FolderListing.Entry, _ part: Part, _ search: inout FolderSearch
    ) throws(DatasetError) {
        for entry in try search.listIfPossible(folder.name)?.entries ?? [] {
            let path = folder.name.appending(name: entry.name)
            if entry.kind == .folder {
                classes.append(
                    ClassFolder(
                        className: entry.name, part: part,
                        folder: FolderSearch.Folder(path: path, isLink: folder.isLink || entry.isLink)))
            } else {
                try search.leaveOut(entry, at: path, as: "is a picture in no class folder")
            }
        }
    }

    /// The folders that stand for parts; none where the folders are classes.
    ///
    /// - Throws: ``DatasetError`` where two stand for one part.
    static func parts(_ folders: [String], root: String) throws(DatasetError) -> [ExactText: Part] {
        let parts = folders.reduce(into: [ExactText: Part]()) { $0[ExactText($1)] = Part(folder: $1) }
        let present = Set(parts.values)
        // A class may be called "train" or "test": alone among others such a folder is a class.
        guard parts.count == folders.count || (present.contains(.train) && present.count > 1) else {
            return [:]
        }
        for part in Part.allCases {
            let names = folders.filter { parts[ExactText($0)] == part }
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

    // MARK: Doubt

    /// What is directly in a folder.
    private struct Content {
        let folders: [FolderListing.Entry]
        /// Whether there are files too, other than those that are passed over.
        let hasFiles: Bool

        init(_ path: String, _ search: inout FolderSearch) throws(DatasetError) {
            let entries = try search.listIfPossible(path)?.entries ?? []
            folders = entries.filter { $0.kind == .folder }
            hasFiles = entries.contains { $0.kind == .file && !FolderLayout.isNote($0.name) }
        }

        var names: Set<ExactText> { Set(folders.map { ExactText($0.name) }) }
    }

    /// Whether a file is of a kind that people put beside folders of pictures to say something of them.
    private static func isNote(_ name: String) -> Bool {
        ["txt", "md", "csv", "tsv", "json", "jsonl", "xml", "yaml", "yml", "html", "pdf", "py", ""]
            .contains(name.ending)
    }

    /// Lets no folder stand between the data and its classes, or between a part and its classes.
    private func requireOneLevel(
        _ parts: [FolderListing.Entry], _ search: inout FolderSearch, _ root: String
    ) throws(DatasetError) {
        var extra: [String] = []
        for part in parts {
            let content = try Content(part.name, &search)
            guard content.folders.count == 1, !content.hasFiles else { return }
            let inner = part.name.appending(name: content.folders[0].name)
            let within = try Content(inner, &search)
            guard within.folders.count > 1, !within.hasFiles else { return }
            extra.append(inner)
        }
        guard let first = extra.first else { return }
        let problem = Problem(
            root,
            found: "has one folder too many in each part: the classes seem to be the folders in "
                + extra.map { root.appending(name: $0) }.joined(separator: " and "),
            expected: "the class folders in the folder of the part",
            remedy: "Move what is in \(root.appending(name: first)) one folder up, and so in the other parts")
        throw DatasetError(.ambiguous, problem)
    }

    /// Lets folders be classes only where they are nothing else.
    private func requireNoOtherReading(
        _ folders: [FolderListing.Entry], _ search: inout FolderSearch, _ root: String
    ) throws(DatasetError) {
        if folders.count == 1 { return try requireNoWrapper(folders[0], &search, root) }
        var alike: [(name: String, inner: Set<ExactText>)] = []
        for folder in folders {
            let content = try Content(folder.name, &search)
            if content.folders.isEmpty && !content.hasFiles { continue }
            // A folder of pictures is a class.
            guard content.folders.count > 1, !content.hasFiles else { return }
            alike.append((folder.name, content.names))
        }
        guard alike.count > 1 else { return }
        let common = alike.dropFirst().reduce(alike[0].inner) { $0.intersection($1.inner) }
        guard common.count > 1, alike.contains(where: { 2 * common.count >= $0.inner.count }) else { return }
        let inner = Self.list(common.sorted().map(\.text))
        let names = Self.list(alike.map(\.name))
        let problem = Problem(
            root,
            found:
                "has folders that all hold the folders \(inner): \(names). These are either parts of the data, "
                + "with the classes \(inner), or classes themselves",
            expected: "only one reading",
            remedy: """
                If they are parts, name them train, validation and test; if they are classes, say so by the \
                label pattern {label}/*/*
                """)
        throw DatasetError(.ambiguous, problem)
    }

    /// Finds the folder to give where the only one around it is one too many.
    private func requireNoWrapper(
        _ folder: FolderListing.Entry, _ search: inout FolderSearch, _ root: String
    ) throws(DatasetError) {
        var path = folder.name
        var content = try Content(path, &search)
        var depth = 1
        while content.folders.count == 1, !content.hasFiles, depth < 8 {
            path = path.appending(name: content.folders[0].name)
            content = try Content(path, &search)
            depth += 1
        }
        guard content.folders.count > 1, !content.hasFiles else { return }
        let problem = Problem(
            root,
            found: "has one folder too many around the classes: \(path) holds the folders "
                + Self.list(content.folders.map(\.name)),
            expected: "the folder with the classes in it",
            remedy: "Give \(root.appending(name: path))")
        throw DatasetError(.ambiguous, problem)
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    }
}
