internal import GraftFiles

/// Finds the files that a list names.
///
/// A path is taken as it is written. Where there is no such file, and the path has backslashes, as Windows
/// writes them, the file with slashes in their place is taken, if that is there.
struct ListedFiles {
    private let folder: String
    /// A path that was written with backslashes, and how many there are.
    private var withBackslashes: (example: String, count: Int)?
    /// The names in folders that were looked at, by what they look like.
    private var names: [ExactText: [String: String]] = [:]

    /// The files of a list in this folder.
    init(in folder: String) { self.folder = folder }

    /// Where a path leads.
    func place(_ path: String) -> String {
        path.startsWithBytes(of: "/") ? path : folder.appending(name: path)
    }

    private func exists(_ path: String) -> Bool { ((try? FileStatus.of(place(path))) ?? nil) != nil }

    /// The path of the file that a list means.
    ///
    /// - Parameters:
    ///   - path: What is written, without spaces around it.
    ///   - written: The same with them.
    mutating func path(_ path: String, written: String) -> String {
        if !written.hasBytes(of: path), exists(written) { return written }
        guard path.utf8.contains(UInt8(ascii: "\\")), !exists(path) else { return path }
        let slashed = String(
            fileName: path.fileNameBytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 })
        guard exists(slashed) else { return path }
        withBackslashes = (withBackslashes?.example ?? path, (withBackslashes?.count ?? 0) + 1)
        return slashed
    }

    /// Why a file is not there although one is whose name looks the same, worded to follow the path; `nil`
    /// where that is not so.
    mutating func flaw(of path: String) -> String? {
        // ASCII has one form only.
        guard path.utf8.contains(where: { $0 >= 0x80 }), !exists(path) else { return nil }
        let parent = path.folderPart ?? ""
        if names[ExactText(parent)] == nil {
            let found = (try? FolderListing.names(of: parent.isEmpty ? folder : place(parent))) ?? []
            // To `String` forms of a name are equal.
            names[ExactText(parent)] = Dictionary(
                found.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
        }
        guard let other = names[ExactText(parent)]?[path.lastName] else { return nil }
        return
            "does not exist, but its name in another Unicode form does: the list has \(path.lastName.showingNumbers), "
            + "the folder \(other.showingNumbers)"
    }

    /// That paths were read otherwise than they are written; `nil` where none was.
    var remark: Finding? {
        withBackslashes.map {
            PictureList.reading(
                "\($0.count.grouped) paths such as \($0.example) were read with slashes for backslashes.")
        }
    }
}
