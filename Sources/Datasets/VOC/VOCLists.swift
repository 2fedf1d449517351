internal import GraftFiles

/// The lists of a Pascal VOC data set: which picture is in which part, and which classes there are.
struct VOCLists {
    /// A picture's name in a list.
    struct Entry {
        let name: String
        let part: Part?
        /// The list and the line, in words.
        let place: String
    }

    /// The pictures in the order of the lists.
    private(set) var entries: [Entry] = []
    /// The classes that have lists of their own, in the order of their UTF-8 bytes; none where there are no
    /// such lists.
    let classes: [String]

    /// - Throws: ``DatasetError`` where lists are missing, cannot be read, or name a picture twice.
    init(_ root: String) throws(DatasetError) {
        let folder = root + "/ImageSets/Main"
        let names: [String]
        do throws(FileError) { names = try FolderListing.names(of: folder) } catch {
            throw DatasetError(error)
        }
        let endings = ["_trainval.txt", "_train.txt", "_val.txt", "_test.txt"]
        let found = names.compactMap { name in
            endings.first { name.hasSuffix($0) && name.count > $0.count }
                .map { String(name.dropLast($0.count)) }
        }
        classes = Set(found).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var lists: [(String, Part?)] = [("train.txt", .train), ("val.txt", .validation), ("test.txt", .test)]
        lists.removeAll { !names.contains($0.0) }
        if !lists.contains(where: { $0.1 != .test }) && names.contains("trainval.txt") {
            lists.insert(("trainval.txt", lists.isEmpty ? nil : .train), at: 0)
        }
        guard !lists.isEmpty else {
            let problem = Problem(
                folder, found: "has no list of pictures", expected: "train.txt and val.txt, or trainval.txt")
            throw DatasetError(.noPictures, problem)
        }
        var places: [String: String] = [:]
        for (list, part) in lists {
            for (line, name) in try Self.names("\(folder)/\(list)") {
                let place = "line \(line) of \(list)"
                if let other = places.updateValue(place, forKey: name) {
                    let problem = Problem(
                        "\(folder)/\(list), line \(line)", found: "names \(name) again",
                        expected: "a picture once",
                        remedy: "Remove it here or in \(other)")
                    throw DatasetError(.ambiguous, problem)
                }
                entries.append(Entry(name: name, part: part, place: place))
            }
        }
    }

    /// The first words of a list's lines.
    private static func names(_ path: String) throws(DatasetError) -> [(line: Int, name: String)] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try FileContents.read(path) } catch { throw DatasetError(error) }
        var names: [(Int, String)] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let words = line.split { [0x20, 0x09, 0x0d].contains($0) }
            guard let first = words.first else { continue }
            let name = String(validating: first, as: UTF8.self)
            guard let name, !name.contains("/"), !name.contains("\0") else {
                let problem = Problem(
                    "\(path), line \(index + 1)", found: "is no name of a picture",
                    expected: "one like 2008_000112, without folder and ending")
                throw DatasetError(.badRecords, problem)
            }
            names.append((index + 1, name))
        }
        return names
    }
}

/// The files in `JPEGImages`.
struct VOCPictures {
    /// For each name without its ending, the files.
    private let files: [String: [String]]

    /// - Throws: ``DatasetError`` where the folder cannot be listed.
    init(root: String) throws(DatasetError) {
        let names: [String]
        do throws(FileError) {
            names = try FolderListing.names(of: root + "/JPEGImages").filter { !$0.hasPrefix(".") }
        } catch {
            throw DatasetError(error)
        }
        files = Dictionary(grouping: names, by: Self.stem)
    }

    private static func stem(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// A picture's path relative to the root: `.jpg` where there is one, else the first of the name.
    func file(_ name: String) -> String {
        let usual = name + ".jpg"
        let found = files[name] ?? []
        return "JPEGImages/" + (found.contains(usual) ? usual : found.first ?? usual)
    }

    /// What to say of pictures that no list names.
    func unlisted(_ entries: [VOCLists.Entry]) -> Finding? {
        let listed = Set(entries.map(\.name))
        let others = files.filter { !listed.contains($0.key) }.values.flatMap(\.self)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard let first = others.first else { return nil }
        let words =
            others.count == 1
            ? "JPEGImages/\(first) is" : "\(others.count.grouped) files such as JPEGImages/\(first) are"
        return Finding(
            severity: .note, kind: .unlisted, path: nil,
            message: "\(words) in no list of ImageSets/Main that is read, and not used.")
    }
}
