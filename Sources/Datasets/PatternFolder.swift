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
    /// Files that are there but are no pictures, by path relative to the root.
    package let unusedFiles: [String]

    /// Finds the pictures under `path`; none is read.
    ///
    /// - Throws: ``DatasetError`` where the pattern has not just one `{label}`, the folder is missing or
    ///   unreadable, or no picture matches.
    package init(_ path: String, pattern: String) throws(DatasetError) {
        let labels = try LabelPattern(pattern)
        var search = FolderSearch(root: path)
        let parts = try ImageFolder.parts(try search.list(""), root: path)
        let files = try search.pictures(in: "")
        let names = files.map { labels.label(in: $0) }
        let classes = Set(names.compactMap(\.self)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !classes.isEmpty else {
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
        let indices = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        samples = zip(files, names).map { file, name in
            let label = name.flatMap { indices[$0] }
            let part = file.split(separator: "/").first.flatMap { parts[String($0)] }
            return Sample(
                path: file, target: label.map { .label($0) } ?? .labels([]), part: part,
                source: .file("\(path)/\(file)"),
                flaw: label == nil
                    ? Problem(file, found: "does not fit the label pattern \(pattern)") : nil)
        }
        root = path
        self.classes = classes
        unusedFiles = search.unused
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
        var rest = Array(text.utf8)[...]
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
        let bytes = Array(path.utf8)
        guard let place = tokens.firstIndex(of: .label) else { return nil }
        // Where the tokens before the label may end, and from where on those after it fit.
        let starts = Self.ends(of: tokens[..<place], in: bytes)
        let ends = Self.ends(of: tokens[(place + 1)...].reversed()[...], in: bytes.reversed())
        // The longest label at the first place where one can start.
        for start in starts.indices where starts[start] {
            let slash = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
            for end in stride(from: slash, to: start, by: -1) where ends[bytes.count - end] {
                return String(validating: bytes[start..<end], as: UTF8.self)
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
