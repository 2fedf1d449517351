#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder of files written aside and put in place whole, so that there is always the old one or the new
/// one.
///
/// Files are written to a hidden neighbour of the destination; ``commit()`` exchanges the two in one step and
/// removes the old one. Without a commit (an error, a full disk, a kill) the destination stays what it was. A
/// neighbour that a killed process left is removed by the next replacement in the same folder: its lock ended
/// with the process.
package final class FolderReplacement {
    /// Where the folder will be.
    package let place: FolderPlace
    /// The hidden neighbour, where the files are to be written.
    package let folder: String
    /// Whether two folders may be exchanged in one step where the system can; tests say no.
    package var usesExchange = true

    private let names: [String]
    private let check: (FolderPlace) throws -> Void
    private let lock: FolderLock?

    private static let prefix = ".graft-saving-"
    /// In seconds, where the file system has no locks.
    private static let greatestAge = 3600

    /// Starts a replacement for the folder at `path`.
    ///
    /// - Parameters:
    ///   - names: the files that such a folder holds; no others are ever removed.
    ///   - check: throws where what is at the place may not be replaced; called only where something is.
    /// - Throws: ``FileError`` where the folder cannot be made, and what `check` throws.
    package init(
        _ path: String, names: [String], check: @escaping (FolderPlace) throws -> Void
    ) throws {
        place = try FolderPlace(path)
        self.names = names
        self.check = check
        if try FileStatus.of(place.path) != nil { try check(place) }
        FolderReplacement.removeLeftovers(at: place, names)
        (folder, lock) = try FolderReplacement.makeFolder(at: place)
    }

    deinit { FolderReplacement.remove(folder, names) }

    /// The path of a file to be written.
    package func path(of name: String) -> String { "\(folder)/\(name)" }

    /// An error as a person should see it, about the file's final path.
    package func shown(_ error: FileError) -> FileError {
        guard error.problem.subject.hasPrefix(folder) else { return error }
        var error = error
        error.problem.subject = place.shown + error.problem.subject.dropFirst(folder.count)
        return error
    }

    /// Makes the files' names durable and puts the folder in its place.
    ///
    /// - Throws: ``FileError`` where the system refuses, and what `check` throws.
    package func commit() throws {
        try FolderSynchronization.synchronize(folder, shown: place.shown)
        // Another process may put something there, or take it away, between a look and the renaming.
        for _ in 0..<100 {
            let isDone = try FileStatus.of(place.path) == nil ? try putWhereNothingIs() : try exchange()
            if isDone { return }
        }
        throw FileError(
            .other,
            Problem(
                place.shown, found: "cannot be written: another process keeps changing it",
                remedy: "Choose another path"))
    }

    private func putWhereNothingIs() throws -> Bool {
        var number = Rename.withoutReplacing(folder, place.path)
        if Rename.isUnsupported(number) { number = Rename.plain(folder, place.path) }
        if number == EEXIST || number == ENOTEMPTY || number == ENOTDIR { return false }
        guard number == 0 else { throw failure(number) }
        do {
            try FolderSynchronization.synchronize(place.parent, shown: place.shown)
        } catch {
            _ = Rename.plain(place.path, folder)
            throw error
        }
        return true
    }

    private func exchange() throws -> Bool {
        // Whoever else wants to replace the same folder waits; and nobody takes it for a leftover meanwhile.
        let old = try? FolderLock(place.path, waiting: true)
        if let old, !old.isOf(place.path) { return false }
        try check(place)
        guard unsafe place.path.withFileName({ unsafe access($0, W_OK | X_OK) }) == 0 else {
            throw failure(errno)
        }
        let number = usesExchange ? Rename.exchanging(folder, place.path) : ENOSYS
        if number == ENOENT { return false }
        if Rename.isUnsupported(number) { return try replaceInTwoSteps() }
        guard number == 0 else { throw failure(number) }
        do {
            guard old?.isOf(folder) ?? true else { throw failure(EEXIST) }
            try FolderSynchronization.synchronize(place.parent, shown: place.shown)
        } catch {
            _ = Rename.exchanging(folder, place.path)
            throw error
        }
        FolderReplacement.remove(folder, names)
        return true
    }

    /// For systems that cannot exchange: the old folder gets a name that can be seen, so that a kill between
    /// the two steps loses nothing.
    private func replaceInTwoSteps() throws -> Bool {
        let aside = "\(place.path).old-\(FolderReplacement.random())"
        var number = Rename.plain(place.path, aside)
        guard number == 0 else { throw failure(number) }
        number = Rename.plain(folder, place.path)
        do {
            guard number == 0 else { throw failure(number) }
            try FolderSynchronization.synchronize(place.parent, shown: place.shown)
        } catch {
            if number == 0 { _ = Rename.plain(place.path, folder) }
            _ = Rename.plain(aside, place.path)
            throw error
        }
        FolderReplacement.remove(aside, names)
        return true
    }

    private func failure(_ number: Int32) -> FileError {
        FileError(path: place.shown, doing: "replaced", errno: number)
    }

    // MARK: Neighbours

    private static func random() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }

    private static func makeFolder(at place: FolderPlace) throws(FileError) -> (String, FolderLock?) {
        while true {
            let folder = place.neighbour(prefix + random())
            guard unsafe folder.withFileName({ unsafe mkdir($0, 0o755) }) == 0 else {
                if errno == EEXIST { continue }
                throw FileError(path: place.shown, doing: "written", errno: errno)
            }
            do {
                let lock = try FolderLock(folder, waiting: false)
                // Another process may have taken it for a leftover before it was locked.
                if lock.isOf(folder) { return (folder, lock) }
            } catch {
                if error == .unavailable, (try FileStatus.of(folder)) != nil { return (folder, nil) }
            }
        }
    }

    private static func removeLeftovers(at place: FolderPlace, _ names: [String]) {
        let entries = (try? FolderListing.names(of: place.parent)) ?? []
        for entry in entries where entry.hasPrefix(prefix) {
            let folder = place.neighbour(entry)
            // Others may put links of that name into a shared folder.
            guard let status = try? FileStatus.of(folder, followingLinks: false), status.kind == .folder,
                status.owner == geteuid()
            else { continue }
            do throws(FolderLock.Refusal) {
                let lock = try FolderLock(folder, waiting: false)
                withExtendedLifetime(lock) { remove(folder, names) }
            } catch {
                let age = time(nil) - status.lastChange
                if error == .unavailable, age > greatestAge { remove(folder, names) }
            }
        }
    }

    /// Removes these files, and what a ``FileReplacement`` of one of them left; then the folder, if nothing
    /// else is in it.
    private static func remove(_ folder: String, _ names: [String]) {
        for entry in (try? FolderListing.names(of: folder)) ?? [] {
            let isPartial =
                entry.hasSuffix(".partial") && names.contains { entry.hasPrefix(".\($0).") }
            if isPartial || names.contains(entry) { try? FileRemoval.remove("\(folder)/\(entry)") }
        }
        unsafe folder.withFileName { _ = unsafe rmdir($0) }
    }
}
