internal import GraftFiles

extension Inventory.Rule {
    /// Names that systems and programs give, in lower case.
    private static let systemNames: Set<String> = [
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "__macosx", "@eadir", "@tmp",
        "@recycle", "#recycle", "#snapshot", "$recycle.bin", "system volume information", "lost+found",
        "icon\r",
    ]

    private static let documentNames: Set<String> = [
        "readme", "license", "licence", "copying", "citation", "notice", "attribution", "authors",
    ]
    private static let documentEndings: Set<String> = ["", "txt", "md", "rst", "html", "htm", "pdf", "cff"]

    /// The rule that passes over an entry; `nil` where none does.
    ///
    /// - Parameter path: The entry's path, as the system takes it.
    init?(of entry: FolderListing.Entry, at path: String) {
        if entry.name.startsWithBytes(of: ".") {
            self = .hidden
        } else if Self.systemNames.contains(entry.name.lowercased()) {
            self = .system
        } else if Self.isOwnOutput(entry, at: path) {
            self = .ownOutput
        } else if entry.kind == .file, Self.documentEndings.contains(entry.name.ending),
            Self.documentNames.contains(entry.name.withoutEnding.lowercased())
        {
            self = .document
        } else {
            return nil
        }
    }

    /// Whether Graft wrote it: a folder with the files that make a model, or a checkpoint beside one.
    private static func isOwnOutput(_ entry: FolderListing.Entry, at path: String) -> Bool {
        func has(_ name: String) -> Bool {
            ((try? FileStatus.of(path.appending(name: name))) ?? nil)?.kind == .file
        }
        switch entry.kind {
        case .folder: return has("bundle.json") && has("CHECKSUMS")
        case .file: return entry.name.ending == "checkpoint" && isCheckpoint(path)
        case .other: return false
        }
    }

    /// Whether a safetensors file says that it is a checkpoint.
    private static func isCheckpoint(_ path: String) -> Bool {
        guard let start = try? FileContents.readStart(path, count: 64 << 10) else { return false }
        let marks = ["__metadata__", "\"checkpoint\""].map { Array($0.utf8) }
        return start.count > 8 && start[8] == UInt8(ascii: "{") && marks.allSatisfy { start.holds($0) }
    }
}

extension Inventory {
    /// What a folder holds beside the files of a known kind of data.
    ///
    /// - Parameters:
    ///   - entries: What the folder at `root` holds.
    ///   - used: The names of what is used of it.
    ///   - reason: Why others are not, worded to follow their names.
    init(of entries: [FolderListing.Entry], in root: String, used: [String], reason: String) {
        let used = Set(used.map(ExactText.init))
        for entry in entries where !used.contains(ExactText(entry.name)) {
            let name = entry.kind == .folder ? entry.name + "/" : entry.name
            if let rule = Rule(of: entry, at: root.appending(name: entry.name)) {
                passOver(name, by: rule)
            } else {
                leaveOut(name, .unusedFile, reason)
            }
        }
    }
}
