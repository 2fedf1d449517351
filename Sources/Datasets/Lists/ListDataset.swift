internal import GraftFiles

/// Pictures in a list: a table (`.csv`, `.tsv`) or JSON lines (`.jsonl`).
///
/// A table has a header, with a column `path` and one of `label`, `labels` (separated by `;` or `|`, or by
/// spaces where no cell has one of these), or columns of numbers with names of their own. It may have a
/// column `part`: train, validation or test. Fields are separated by commas (semicolons where the header has
/// no comma), in `.tsv` by tabs, and may be in quotation marks (RFC 4180).
///
/// JSON lines are objects like `{"path": "a.jpg", "label": "cat"}`, `{"path": "a.jpg", "labels": ["cat",
/// "dog"]}` or `{"path": "a.jpg", "numbers": {"width": 1.5}}`, with a `part` where there are parts.
///
/// Paths are relative to the list's folder. A line without a target, or with a number that is not finite, is
/// left out by name, and so is one whose picture is missing. Classes are in the order of their UTF-8 bytes.
///
/// ```swift
/// let cells = try ListDataset("cells.csv", task: .regression)
/// ```
public struct ListDataset: Dataset {
    /// The path of the list.
    public let root: String
    /// What is to be learned: which kind of target all samples have.
    public let task: LearningTask
    /// The names of the classes, where a label is an index into them, or of the numbers, for regression.
    public let classes: [String]
    /// The pictures, in the order of the list.
    public let samples: [Sample]
    /// None: a list says what is meant to be used.
    public let unusedFiles: [String] = []
    /// Columns or keys that are not used.
    public let remarks: [Finding]

    /// Reads a list; no picture is read.
    ///
    /// - Parameters:
    ///   - path: The path of the list.
    ///   - task: What is to be learned; what the list says where it is `nil`.
    /// - Throws: ``DatasetError`` that names the line, where the list cannot be read, makes no sense, names a
    ///   picture twice, or has not what is to be learned.
    public init(_ path: String, task: LearningTask? = nil) throws(DatasetError) {
        let list = try Self.list(path, task)
        let folder =
            path.contains("/")
            ? path.split(separator: "/", omittingEmptySubsequences: false).dropLast() : ["."]
        let place = folder.joined(separator: "/")
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let names = Set(
            list.rows.flatMap { row -> [String] in
                if case .classes(let names) = row.label { names } else { [] }
            })
        let classes =
            list.task.rules.hasClasses
            ? names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : list.numberNames
        let labels = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var lines: [String: Int] = [:]
        var samples: [Sample] = []
        samples.reserveCapacity(list.rows.count)
        for row in list.rows {
            if let other = lines.updateValue(row.line, forKey: row.path) {
                throw PictureList.error(
                    path, line: row.line, "names \(row.path) again, as line \(other) did",
                    expected: "a picture once", remedy: "Put all that is to be learned from it into one line")
            }
            let (target, flaw): (Target, Problem?) =
                switch row.label {
                case .classes(let names): (.labels(Set(names.compactMap { labels[$0] }).sorted()), nil)
                case .numbers(let numbers): (.numbers(numbers), nil)
                case .flaw(let found, let expected):
                    (
                        Target(),
                        Problem("\(row.path) (line \(row.line) of \(file))", found: found, expected: expected)
                    )
                }
            samples.append(
                Sample(
                    path: row.path, target: target, part: row.part,
                    source: .file(row.path.hasPrefix("/") ? row.path : "\(place)/\(row.path)"),
                    place: "line \(row.line) of \(file)", flaw: flaw))
        }
        guard !samples.isEmpty else {
            throw DatasetError(.noPictures, Problem(path, found: "lists no pictures"))
        }
        root = path
        self.task = list.task
        self.classes = classes
        self.samples = samples
        remarks = list.remarks
    }

    private static func list(_ path: String, _ task: LearningTask?) throws(DatasetError) -> PictureList {
        guard let format = ListFormat(ofFile: path) else {
            let problem = Problem(path, found: "is no list", expected: "a file .csv, .tsv or .jsonl")
            throw DatasetError(.badRequest, problem)
        }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.readStart(path, count: PictureList.sizeLimit + 1)
        } catch {
            throw DatasetError(error)
        }
        guard bytes.count <= PictureList.sizeLimit else {
            throw DatasetError(.badRecords, Problem(path, found: "is larger than 1 GiB", expected: "a list"))
        }
        return switch format {
        case .commas: try PictureList(table: bytes, separators: [",", ";"], path: path, task: task)
        case .tabs: try PictureList(table: bytes, separators: ["\t"], path: path, task: task)
        case .jsonLines: try PictureList(jsonLines: bytes, path: path, task: task)
        }
    }
}
