internal import GraftFiles
internal import GraftImages

/// A walk through folders: what it meets is a picture, or is noted in its ``inventory``.
///
/// Each folder is visited once, whatever links lead to it, and under the name that no link gives it, if it
/// has one in the data.
package struct FolderSearch {
    /// A folder that is to be searched.
    package struct Folder: Sendable {
        /// Relative to the root.
        package let path: String
        /// Whether that is a symbolic link.
        package let isLink: Bool

        /// A folder in the data; the root itself where the path is empty.
        package init(path: String, isLink: Bool = false) {
            self.path = path
            self.isLink = isLink
        }
    }

    private let root: String
    /// What is not used.
    package private(set) var inventory = Inventory()
    /// How many of the files that are left out are pictures in no class folder.
    private(set) var looseCount = 0
    /// What was listed and not searched yet, by path.
    private var listings: [ExactText: FolderListing] = [:]
    private var visited: Set<FolderListing.Entry.Identity> = []
    /// What could not be listed, by path.
    private var unlisted: Set<ExactText> = []

    /// A search below the folder at `root`.
    package init(root: String) { self.root = root }

    private func place(_ path: String) -> String { path.isEmpty ? root : root.appending(name: path) }

    /// Lists a folder, less what rules pass over.
    ///
    /// - Parameter folder: Its path relative to the root.
    /// - Throws: ``DatasetError`` where it cannot be listed.
    mutating func list(_ folder: String) throws(DatasetError) -> FolderListing {
        do throws(FileError) {
            return try listing(folder)
        } catch {
            throw DatasetError(error)
        }
    }

    /// The same for a folder within the data, which is left out where it cannot be listed.
    ///
    /// - Throws: ``DatasetError`` where the machine is the reason, or the folder is the root.
    mutating func listIfPossible(_ folder: String) throws(DatasetError) -> FolderListing? {
        do throws(FileError) {
            return try listing(folder)
        } catch {
            guard error.code != .machine, !folder.isEmpty else { throw DatasetError(error) }
            if unlisted.insert(ExactText(folder)).inserted {
                inventory.leaveOut(folder + "/", .unreadable, error.problem.found)
            }
            return nil
        }
    }

    private mutating func listing(_ folder: String) throws(FileError) -> FolderListing {
        if let known = listings[ExactText(folder)] { return known }
        var listing = try FolderListing(place(folder))
        listing.entries.removeAll { entry in
            let path = folder.appending(name: entry.name)
            guard let rule = Inventory.Rule(of: entry, at: place(path)) else { return false }
            inventory.passOver(entry.kind == .folder ? path + "/" : path, by: rule)
            return true
        }
        listings[ExactText(folder)] = listing
        return listing
    }

    /// Notes an entry that is where no class is.
    ///
    /// - Parameter place: What it is, if it is a folder or a picture, worded to follow its path.
    mutating func leaveOut(
        _ entry: FolderListing.Entry, at path: String, as place: String
    ) throws(DatasetError) {
        if entry.kind == .folder { return inventory.leaveOut(path + "/", .unusedFile, place) }
        if let (kind, reason) = try whyNoPicture(entry, at: path) {
            return inventory.leaveOut(path, kind, reason)
        }
        // A sheet that `graft augment` drew beside the class folders.
        if (try? Drawing.isAt(self.place(path))) == true {
            return inventory.passOver(path, by: .ownOutput)
        }
        looseCount += 1
        inventory.leaveOut(path, .unusedFile, place)
    }

    /// The pictures in folders and in the folders within them, relative to the root and in the order of their
    /// paths; other entries are noted.
    ///
    /// - Returns: The pictures of each folder; `nil` for one that is left out.
    /// - Throws: ``DatasetError`` where the machine keeps it from reading folders.
    package mutating func pictures(in folders: [Folder]) throws(DatasetError) -> [[String]?] {
        var found = [[String]?](repeating: nil, count: folders.count)
        // A folder around all others is none of them, unless it is searched itself.
        if !folders.contains(where: { $0.path.isEmpty }) { visited.insert(try list("").identity) }
        // Links wait until all is visited that no link is needed for, those within folders longest.
        var (links, inner): ([(path: String, index: Int)], [(path: String, index: Int)]) = ([], [])
        for (index, folder) in folders.enumerated() {
            if folder.isLink {
                links.append((folder.path, index))
            } else {
                try walk(folder.path, index, &found, &inner)
            }
        }
        links += inner
        var next = 0
        var changed: Set<Int> = []
        while next < links.count {
            let (path, index) = links[next]
            if found[index] != nil { changed.insert(index) }
            try walk(path, index, &found, &links)
            next += 1
        }
        for index in changed { found[index]?.sort { $0.isBeforeInFolders($1) } }
        return found
    }

    /// Searches a folder and those in it, but for links.
    private mutating func walk(
        _ start: String, _ index: Int, _ found: inout [[String]?], _ links: inout [(path: String, index: Int)]
    ) throws(DatasetError) {
        guard let first = try enter(start) else { return }
        if found[index] == nil { found[index] = [] }
        var open = [(path: start, rest: first.entries[...])]
        while let last = open.indices.last {
            guard let entry = open[last].rest.popFirst() else {
                open.removeLast()
                continue
            }
            let path = open[last].path.appending(name: entry.name)
            if entry.kind != .folder {
                if let (kind, reason) = try whyNoPicture(entry, at: path) {
                    inventory.leaveOut(path, kind, reason)
                } else {
                    found[index]?.append(path)
                }
            } else if entry.isLink {
                links.append((path, index))
            } else if let inner = try enter(path) {
                open.append((path, inner.entries[...]))
            }
        }
    }

    /// Lists a folder that was not visited before.
    private mutating func enter(_ path: String) throws(DatasetError) -> FolderListing? {
        guard let listing = try listIfPossible(path) else { return nil }
        listings[ExactText(path)] = nil
        guard visited.insert(listing.identity).inserted else {
            inventory.leaveOut(path + "/", .secondName, "is another name of a folder that is read already")
            return nil
        }
        return listing
    }

    /// Why an entry that is no folder is no picture, as its name or else its content says, worded to follow
    /// its path; `nil` where it is one.
    private func whyNoPicture(
        _ entry: FolderListing.Entry, at path: String
    ) throws(DatasetError) -> (Finding.Kind, String)? {
        if let failure = entry.failure { return (.unreadable, failure.problem.found) }
        guard entry.kind == .file else {
            return entry.status == nil
                ? (.deadLink, "is a link that leads nowhere")
                : (.unusedFile, "is no file but a pipe, a device or the like")
        }
        let ending = entry.name.ending
        if ImageFormat.allCases.contains(where: { $0.fileExtensions.contains(ending) }) { return nil }
        if let reason = UnreadKind.reason(ending: ending) { return (.unsupported, reason) }
        do throws(FileError) {
            let start = try FileContents.readStart(place(path), count: 16)
            return ImageFormat(ofContent: start) == nil ? (.unusedFile, "is not a picture") : nil
        } catch {
            guard error.code != .machine else { throw DatasetError(error) }
            return (.unreadable, error.problem.found)
        }
    }
}

extension String {
    /// Whether a path comes before another where folders are listed by name, one in the other: a slash is
    /// before all that names can hold.
    fileprivate func isBeforeInFolders(_ other: String) -> Bool {
        func weight(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "/") ? 0 : byte }
        return utf8.lexicographicallyPrecedes(other.utf8) { weight($0) < weight($1) }
    }
}
