internal import GraftFiles

/// How a list of pictures is written.
enum ListFormat: Sendable {
    case commas, tabs, jsonLines

    /// The format that a file's name says; `nil` where it says none, or there is a folder.
    init?(ofFile path: String) {
        switch FileEnding(of: path).text {
        case "csv": self = .commas
        case "tsv": self = .tabs
        case "jsonl": self = .jsonLines
        default: return nil
        }
        if (try? FolderListing(path)) != nil { return nil }
    }

    /// The name for people.
    var name: String {
        switch self {
        case .commas: "CSV"
        case .tabs: "TSV"
        case .jsonLines: "JSON lines"
        }
    }
}

/// What a list says, before classes have numbers.
struct PictureList {
    /// What is said of one picture.
    struct Row {
        /// The line in which it starts, from 1 on.
        let line: Int
        let path: String
        let part: Part?
        let content: Content
    }

    enum Content: Equatable {
        case label(String)
        case labels([String])
        case numbers([Float])
        /// There is nothing to learn from the row: words that follow its name.
        case flaw(String, expected: String)

        /// A number that is no finite one.
        static func notFinite(_ name: String, _ text: String) -> Content {
            .flaw("has the \(name) \(text)", expected: "a finite number")
        }
    }

    let task: LearningTask
    /// The names of the numbers; none but for regression.
    let numberNames: [String]
    let rows: [Row]
    let remarks: [Finding]

    /// The most bytes of a list: 1 GiB.
    static let sizeLimit = 1 << 30

    /// An error about one line.
    static func error(
        _ path: String, line: Int, _ found: String, expected: String? = nil, remedy: String? = nil
    ) -> DatasetError {
        DatasetError(
            .badRecords, Problem("\(path), line \(line)", found: found, expected: expected, remedy: remedy))
    }

    /// The part that a list's word means.
    ///
    /// - Throws: ``DatasetError`` for another word.
    static func part(_ word: String, _ path: String, line: Int) throws(DatasetError) -> Part {
        let words: [String: Part] = [
            "train": .train, "training": .train, "validation": .validation, "val": .validation,
            "valid": .validation, "test": .test,
        ]
        guard let part = words[word.lowercased()] else {
            let found = word.isEmpty ? "has no part" : "has the part \(word)"
            throw error(path, line: line, found, expected: "train, validation or test")
        }
        return part
    }

    /// A path that can name a file.
    ///
    /// - Throws: ``DatasetError`` where it is empty or has a character that ends names for the system.
    static func picture(_ path: String, in list: String, line: Int) throws(DatasetError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            let found = path.isEmpty ? "has no path" : "has a zero byte in its path"
            throw error(list, line: line, found, expected: "the path of a picture")
        }
        return path.hasPrefix("./") && path.count > 2 ? String(path.dropFirst(2)) : path
    }

    /// Which of the kinds of target that a list has are to be learned.
    ///
    /// - Parameters:
    ///   - present: What the list has, in the order of preference.
    ///   - task: What the user asks for, if anything.
    ///   - words: What a list must have for each, in its own terms.
    /// - Throws: ``DatasetError`` where there is none, none that is asked for, or no telling which.
    static func choose(
        _ present: [LearningTask], _ task: LearningTask?, path: String, words: [LearningTask: String]
    ) throws(DatasetError) -> LearningTask {
        if let task {
            guard present.contains(task) else {
                let found = present.compactMap { words[$0] }.joined(separator: ", ")
                throw DatasetError(
                    .badRequest,
                    Problem(
                        "The task \(task.rawValue)", found: "does not suit \(path), which has \(found)",
                        expected: words[task]))
            }
            return task
        }
        if present.contains(.classification), present.contains(.multiLabel) {
            let found = [LearningTask.classification, .multiLabel].compactMap { words[$0] }
            throw DatasetError(
                .ambiguous,
                Problem(
                    path, found: "has \(found.joined(separator: " and "))", expected: "one of them",
                    remedy: "Say which with the task: classification or multi-label"))
        }
        return present.first ?? .classification
    }
}
