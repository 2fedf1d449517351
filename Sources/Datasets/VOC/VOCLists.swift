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

    /// - Parameters:
    ///   - root: The folder with the data.
    ///   - pictures: The files that lists may name.
    /// - Throws: ``DatasetError`` where lists are missing, cannot be read, or name a picture twice.
    init(_ root: String, _ pictures: VOCPictures) throws(DatasetError) {
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
        classes = Set(found.map(ExactText.init)).sorted().map(\.text)
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
        var places: [ExactText: String] = [:]
        for (list, part) in lists {
            for (line, name) in try Self.names("\(folder)/\(list)", pictures) {
                let place = "line \(line) of \(list)"
                if let other = places.updateValue(place, forKey: ExactText(name)) {
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

    /// The names in a list: a line each. Behind a name may stand whether the class is there, as -1, 0 or 1.
    private static func names(
        _ path: String, _ pictures: VOCPictures
    ) throws(DatasetError) -> [(line: Int, name: String)] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try FileContents.read(path) } catch { throw DatasetError(error) }
        var names: [(Int, String)] = []
        for (number, line) in TextLines(bytes) {
            let words = line.split { [0x20, 0x09].contains($0) }
            guard let first = words.first, let last = words.last else { continue }
            // Names may have spaces.
            let whole = String(fileName: Array(bytes[first.startIndex..<last.endIndex]))
            let start = String(fileName: Array(first))
            let isMarked = words.count == 2 && ["-1", "0", "1"].contains(String(fileName: Array(last)))
            let isStart = !pictures.has(whole) && (isMarked || pictures.has(start))
            let name = isStart ? start : whole
            guard !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0) else {
                let problem = Problem(
                    "\(path), line \(number)", found: "is no name of a picture",
                    expected: "one like 2008_000112, without folder and ending")
                throw DatasetError(.badRecords, problem)
            }
            names.append((number, name))
        }
        return names
    }
}

/// The files in `JPEGImages`.
struct VOCPictures {
    /// For each name without its ending, the files.
    private let files: [ExactText: [String]]

    /// - Throws: ``DatasetError`` where the folder cannot be listed.
    init(root: String) throws(DatasetError) {
        let names: [String]
        do throws(FileError) {
            names = try FolderListing.names(of: root + "/JPEGImages").filter { !$0.startsWithBytes(of: ".") }
        } catch {
            throw DatasetError(error)
        }
        files = Dictionary(grouping: names) { ExactText($0.withoutEnding) }
    }

    /// Whether there is a file of this name, whatever its ending.
    func has(_ name: String) -> Bool { files[ExactText(name)] != nil }

    /// A picture's path relative to the root: `.jpg` where there is one, else the first of the name.
    func file(_ name: String) -> String {
        let usual = name + ".jpg"
        let found = files[ExactText(name)] ?? []
        return "JPEGImages/" + (found.contains { $0.hasBytes(of: usual) } ? usual : found.first ?? usual)
    }

    /// The files that no list names.
    func inventory(_ entries: [VOCLists.Entry]) -> Inventory {
        let listed = Set(entries.map { ExactText($0.name) })
        let others = files.filter { !listed.contains($0.key) }.values.flatMap(\.self).sortedByBytes
        var inventory = Inventory()
        inventory.passOver(others.count, such: "JPEGImages/\(others.first ?? "")", by: .unlisted)
        return inventory
    }
}
