internal import GraftFiles
internal import Yams

/// A value of a YAML file, and where it stands.
struct YAMLValue: Sendable {
    /// What is there.
    enum Content: Sendable {
        /// A text or a number; quoted ones are texts.
        case scalar(String, isQuoted: Bool)
        /// A list.
        case list([YAMLValue])
        /// Keys and their values, in order; no key twice.
        case mapping([(key: String, value: YAMLValue)])
    }

    /// What is there.
    var content: Content
    /// The line it starts in, from 1.
    var line: Int
}

extension YAMLValue {
    /// The greatest number of bytes of a file.
    static let byteLimit = 1_000_000

    /// Reads the one document of a YAML text.
    ///
    /// Anchors and aliases, which can make a small text a huge value, are refused, and so is a text of which
    /// values lie too deep in each other for a parser that calls itself: before the parser sees it.
    ///
    /// - Throws: ``TrainingError`` where it is no YAML, or more than a recipe needs.
    init(parsing text: String, path: String) throws(TrainingError) {
        guard text.utf8.count <= YAMLValue.byteLimit else {
            throw TrainingError(
                path, found: "has \(text.utf8.count) bytes",
                expected: "at most \(YAMLValue.byteLimit) in a recipe")
        }
        try YAMLValue.checkPlainness(of: text, path: path)
        do {
            // The resolver without rules leaves it to the reader of a value what the value is.
            guard let node = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                throw TrainingError(path, found: "is empty", expected: "a recipe")
            }
            try self.init(node, path: path)
        } catch let error as TrainingError {
            throw error
        } catch let error as YamlError {
            throw TrainingError(error, path: path)
        } catch {
            throw TrainingError(path, found: "cannot be read: \(error)", expected: "YAML")
        }
    }

    private init(_ node: Node, path: String) throws {
        line = node.mark?.line ?? 1
        switch node {
        case .scalar(let scalar):
            // The parser tells a quoted scalar by this tag.
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            content = .scalar(
                scalar.string, isQuoted: isQuoted || scalar.style == .literal || scalar.style == .folded)
        case .sequence(let nodes):
            content = .list(try nodes.map { try YAMLValue($0, path: path) })
        case .mapping(let pairs):
            var known: Set<String> = []
            content = .mapping(
                try pairs.map { key, value in
                    let line = key.mark?.line ?? 1
                    guard case .scalar(let scalar) = key else {
                        throw TrainingError(
                            "\(path), line \(line)", found: "has a list or mapping as a key",
                            expected: "a name")
                    }
                    guard known.insert(scalar.string).inserted else {
                        throw TrainingError.duplicate(scalar.string, path: path, line: line)
                    }
                    return (scalar.string, try YAMLValue(value, path: path))
                })
        case .alias(let alias):
            throw TrainingError.anchor(path: path, line: alias.mark?.line ?? 1)
        }
    }

    /// The greatest number of lists and mappings that may lie in each other by indentation, and of brackets
    /// in a text.
    private static let (indentationLimit, bracketLimit) = (100, 500)

    /// Refuses anchors, and lists and mappings that may lie deep in each other.
    private static func checkPlainness(of text: String, path: String) throws(TrainingError) {
        var (line, brackets, indentation) = (1, 0, 0)
        var isIndentation = true
        var (previous, ampersand) = (UInt8(ascii: "\n"), Int?.none)
        for byte in text.utf8 {
            // "R&D" and "cats & dogs" are texts.
            if let ampersand, byte > UInt8(ascii: " ") {
                throw TrainingError.anchor(path: path, line: ampersand)
            }
            ampersand = byte == UInt8(ascii: "&") && !isLetterOrDigit(previous) ? line : nil
            switch byte {
            // Some line breaks take several bytes.
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x80...: (indentation, isIndentation) = (0, true)
            // What can stand before a value in the same line, each time one level deeper.
            case _ where " \t-?:".utf8.contains(byte): if isIndentation { indentation += 1 }
            default: isIndentation = false
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { brackets += 1 }
            guard indentation <= indentationLimit, brackets <= bracketLimit else {
                throw TrainingError(
                    "\(path), line \(line)", found: "has too many lists and mappings in each other",
                    expected: "a recipe")
            }
            previous = byte
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension TrainingError {
    static func duplicate(_ key: String, path: String, line: Int) -> TrainingError {
        TrainingError(
            "\(path), line \(line): \(key)", found: "stands there twice", expected: "one value a key")
    }

    static func anchor(path: String, line: Int) -> TrainingError {
        TrainingError(
            "\(path), line \(line)", found: "has an anchor or an alias (&name, *name)",
            expected: "every value written out",
            remedy: "Put a text or a pattern that starts with & or * in quotes")
    }

    /// What the parser of YAML says.
    init(_ error: YamlError, path: String) {
        func flaw(_ problem: String, _ mark: Mark) -> TrainingError {
            if problem == "found undefined alias" { return .anchor(path: path, line: mark.line) }
            return TrainingError("\(path), line \(mark.line)", found: "is no YAML: \(problem)")
        }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self = flaw(problem, mark)
        case .duplicatedKeysInMapping(let keys, let context):
            self = .duplicate(keys.sorted().joined(separator: ", "), path: path, line: context.mark.line)
        case .reader(let problem, _, _, _):
            self.init(path, found: "is no text: \(problem)", expected: "YAML")
        default: self.init(path, found: "cannot be read", expected: "YAML")
        }
    }
}
