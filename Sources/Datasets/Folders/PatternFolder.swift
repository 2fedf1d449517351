internal import GraftFiles

/// A folder of pictures whose paths name their classes.
///
/// The pattern is matched against the whole path of a picture relative to the folder. `{label}` stands for
/// the class, `*` for anything, even nothing; neither goes beyond a `/`. `{label}` takes as much as it can:
/// with `{label}_*.jpg` the class of `great_dane_12.jpg` is `great_dane`. `{label}.*.jpg` reads `cat.0.jpg`;
/// `*/{label}-*` reads files in any one folder.
///
/// Where ``ImageFolder`` would see parts in the folders at the top, so does this. Pictures that do not match
/// are left out by name.
package struct PatternFolder: Dataset {
    /// The path the data was found at.
    package let root: String
    /// The names of the classes in the order of their UTF-8 bytes; a label is an index into them.
    package let classes: [String]
    /// The pictures, in an order that depends on nothing but the data.
    package let samples: [Sample]
    /// What of the data is not used, but for pictures that the pattern does not fit: those are samples with a
    /// flaw.
    package let inventory: Inventory

    /// Finds the pictures under `path`; none is read.
    ///
    /// - Throws: ``DatasetError`` where the pattern has not just one `{label}`, the folder is missing or
    ///   unreadable, or no picture matches.
    package init(_ path: String, pattern: String) throws(DatasetError) {
        let labels = try LabelPattern(pattern)
        var search = FolderSearch(root: path)
        let top = try search.list("").entries.filter { $0.kind == .folder }.map(\.name)
        let parts = try FolderLayout.parts(top, root: path)
        let files = try search.pictures(in: [FolderSearch.Folder(path: "")])[0] ?? []
        let names = files.map { labels.label(in: $0) }
        let classNames = try ClassNames(names.compactMap(\.self), in: path)
        guard !classNames.all.isEmpty else {
            let count = files.count == 1 ? "1 picture" : "\(files.count.grouped) pictures"
            guard let first = files.first else {
                throw DatasetError(.noPictures, Problem(path, found: "holds no pictures"))
            }
            let problem = Problem(
                path,
                found: "holds \(count) that the label pattern \(pattern) does not fit, such as \(first)",
                remedy: "Write a pattern that fits whole paths: * stands for anything but a slash")
            throw DatasetError(.noClasses, problem)
        }
        samples = zip(files, names).map { file, name in
            let label = name.flatMap { classNames.label($0) }
            let part = file.topFolder.flatMap { parts[ExactText($0)] }
            return Sample(
                path: file, target: label.map { .label($0) } ?? .labels([]), part: part,
                source: .file(path.appending(name: file)),
                flaw: label == nil
                    ? Problem(file, found: "does not fit the label pattern \(pattern)") : nil)
        }
        root = path
        classes = classNames.all
        inventory = search.inventory
    }
}

extension String {
    /// What stands before the first slash; `nil` where there is none.
    fileprivate var topFolder: String? {
        utf8.firstIndex(of: UInt8(ascii: "/")).map { String(self[..<$0]) }
    }
}

/// A template of paths that says where the class is named.
struct LabelPattern {
    private enum Token: Equatable {
        case byte(UInt8)
        case anything
        case label
    }

    private let tokens: [Token]

    /// - Throws: ``DatasetError`` where there is not just one `{label}`.
    init(_ text: String) throws(DatasetError) {
        var tokens: [Token] = []
        var rest = text.fileNameBytes[...]
        while let byte = rest.first {
            if rest.starts(with: "{label}".utf8) {
                tokens.append(.label)
                rest = rest.dropFirst(7)
            } else {
                tokens.append(byte == UInt8(ascii: "*") ? .anything : .byte(byte))
                rest = rest.dropFirst()
            }
        }
        let count = tokens.reduce(0) { $0 + ($1 == .label ? 1 : 0) }
        guard count == 1 else {
            let problem = Problem(
                "The label pattern \(text)",
                found: count == 0 ? "has no {label}" : "has {label} \(count) times",
                expected: "it once, where the class is named, as in {label}.*.jpg")
            throw DatasetError(.badRequest, problem)
        }
        self.tokens = tokens
    }

    /// The class that a path names; `nil` where the path does not fit.
    func label(in path: String) -> String? {
        // Bytes of the name, that the pattern is compared with as they are.
        let bytes = path.fileNameBytes
        guard let place = tokens.firstIndex(of: .label) else { return nil }
        // Where the tokens before the label may end, and from where on those after it fit.
        let starts = Self.ends(of: tokens[..<place], in: bytes)
        let ends = Self.ends(of: tokens[(place + 1)...].reversed()[...], in: bytes.reversed())
        // The longest label at the first place where one can start.
        for start in starts.indices where starts[start] {
            let slash = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
            for end in stride(from: slash, to: start, by: -1) where ends[bytes.count - end] {
                return String(fileName: Array(bytes[start..<end]))
            }
        }
        return nil
    }

    /// For each count of bytes whether the tokens can stand for just these at the beginning; in as many steps
    /// as tokens times bytes, whatever the pattern.
    private static func ends(of tokens: ArraySlice<Token>, in bytes: [UInt8]) -> [Bool] {
        var reached = [Bool](repeating: false, count: bytes.count + 1)
        reached[0] = true
        for token in tokens {
            var next = [Bool](repeating: false, count: bytes.count + 1)
            for position in reached.indices {
                switch token {
                case .byte(let byte):
                    if position > 0 { next[position] = reached[position - 1] && bytes[position - 1] == byte }
                case .anything, .label:
                    let goesOn =
                        position > 0 && next[position - 1] && bytes[position - 1] != UInt8(ascii: "/")
                    next[position] = reached[position] || goesOn
                }
            }
            reached = next
        }
        return reached
    }
}
