internal import GraftFiles

/// How a list of pictures is written.
enum ListFormat: Sendable {
    case commas, tabs, jsonLines

    /// The format that a file's name says; `nil` where it says none, or there is a folder.
    init?(ofFile path: String) {
        switch path.ending {
        case "csv": self = .commas
        case "tsv": self = .tabs
        case "jsonl": self = .jsonLines
        default: return nil
        }
        if ((try? FileStatus.of(path)) ?? nil)?.kind == .folder { return nil }
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
        /// The same with the spaces around it, as it is written.
        let written: String
        let part: Part?
        let label: ListedLabel
    }

    let task: LearningTask
    /// The names of the numbers; none where classes are learned.
    let numberNames: [String]
    /// Classes that are there whether a row has them or not.
    var declaredNames: [String] = []
    let rows: [Row]
    /// How it was read that could be read otherwise.
    var remarks: [Finding] = []
    /// The columns or keys that are not used.
    let inventory: Inventory

    /// The most bytes of a list: 1 GiB.
    static let sizeLimit = 1 << 30

    /// An error about one line.
    static func error(
        _ path: String, line: Int, _ found: String, expected: String? = nil, remedy: Remedy? = nil
    ) -> DatasetError {
        DatasetError(
            .badRecords, Problem("\(path), line \(line)", found: found, expected: expected, remedy: remedy))
    }

    /// The part that a list's word means.
    ///
    /// - Throws: ``DatasetError`` for another word.
    static func part(_ word: String, _ path: String, line: Int) throws(DatasetError) -> Part {
        guard let part = Part(word: word) else {
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
        return path.startsWithBytes(of: "./") && path.utf8.count > 2
            ? String(path.unicodeScalars.dropFirst(2)) : path
    }

    /// A remark on how the list was read.
    static func reading(_ message: String, isDoubtful: Bool = false) -> Finding {
        Finding(severity: isDoubtful ? .warning : .note, kind: .reading, path: nil, message: message)
    }

    /// Which of what can be learned from a list is to be learned.
    ///
    /// - Parameters:
    ///   - present: what the list has, in the order of preference.
    ///   - task: what the user asks for, if anything.
    ///   - words: what a list must have for a task, in its own terms.
    /// - Throws: ``DatasetError`` where there is none, none that is asked for, or no telling which.
    static func choose(
        _ present: [LearningTask], _ task: LearningTask?, path: String,
        words: (any ListedLabels) -> String
    ) throws(DatasetError) -> (task: LearningTask, labels: any ListedLabels) {
        func named(_ task: LearningTask) -> String? { (task.rules as? any ListedLabels).map(words) }
        let chosen = task ?? present.first ?? .classification
        guard let labels = chosen.rules as? any ListedLabels else {
            throw DatasetError(
                .badRequest,
                Problem("The task \(chosen.name)", found: "cannot be read from \(path), which is a list"))
        }
        if let task, !present.contains(task) {
            let found = present.compactMap(named).joined(separator: ", ")
            throw DatasetError(
                .badRequest,
                Problem(
                    "The task \(task.name)", found: "does not suit \(path), which has \(found)",
                    expected: words(labels)))
        }
        let kinds = present.filter(\.rules.hasClasses)
        if task == nil, kinds.count > 1 {
            throw DatasetError(
                .ambiguous,
                Problem(
                    path, found: "has \(kinds.compactMap(named).joined(separator: " and "))",
                    expected: "one of them",
                    remedy: "Say which with the task: \(kinds.map(\.name).joined(separator: " or "))"))
        }
        return (chosen, labels)
    }
}
