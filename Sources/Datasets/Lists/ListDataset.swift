internal import GraftFiles

/// Pictures in a list: a table (`.csv`, `.tsv`) or JSON lines (`.jsonl`).
///
/// A table has a header, with a column `path` and one of `label`, `labels`, or columns of numbers with names
/// of their own. What separates the labels of a cell is found out once for the file: semicolons or bars, else
/// commas, else spaces, if a word of one cell is in another too. It may have a column `part` or `split`,
/// `set`, `subset`, `fold`: train, validation or test; or `is_valid`: true or false. Fields are separated by
/// commas (semicolons or tabs where the header has no comma), in `.tsv` by tabs, and may be in quotation
/// marks (RFC 4180). Columns of nothing but 0 and 1 are a class each, where the task says so.
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
    /// The path the list is at.
    public let root: String
    /// What is to be learned: which kind of target all samples have.
    public let task: LearningTask
    /// The names of the classes, where a label is an index into them, or of the numbers, for regression.
    public let classes: [String]
    /// The pictures, in the order of the list.
    public let samples: [Sample]
    /// Columns or keys that are not used.
    public let inventory: Inventory
    /// How the list was read, where it could be read otherwise.
    public let remarks: [Finding]

    /// Reads a list; no picture is read.
    ///
    /// - Parameters:
    ///   - path: The path of the list.
    ///   - task: What is to be learned; what the list says where it is `nil`.
    ///   - labelSeparator: What separates the labels of a cell; found out where it is `nil`.
    /// - Throws: ``DatasetError`` that names the line, where the list cannot be read, makes no sense, names a
    ///   picture twice, or has not what is to be learned.
    public init(
        _ path: String, task: LearningTask? = nil, labelSeparator: String? = nil
    ) throws(DatasetError) {
        let list = try Self.list(path, task, labelSeparator)
        var files = ListedFiles(in: path.parentFolder)
        let labelled = list.rows.lazy.flatMap { row -> [String] in
            if case .classes(let names) = row.label { names } else { [] }
        }
        let names = try ClassNames(Array(labelled) + list.declaredNames, in: path)
        var lines: [ExactText: Int] = [:]
        var samples: [Sample] = []
        samples.reserveCapacity(list.rows.count)
        for row in list.rows {
            let file = files.path(row.path, written: row.written)
            if let other = lines.updateValue(row.line, forKey: ExactText(file)) {
                throw PictureList.error(
                    path, line: row.line, "names \(file) again, as line \(other) did",
                    expected: "a picture once", remedy: "Put all that is to be learned from it into one line")
            }
            let place = "line \(row.line) of \(path.lastName)"
            func flaw(_ found: String, _ expected: String? = nil) -> Problem {
                Problem("\(file) (\(place))", found: found, expected: expected)
            }
            let (target, labelFlaw): (Target, Problem?) =
                switch row.label {
                case .classes(let classes): (.labels(Set(classes.compactMap(names.label)).sorted()), nil)
                case .numbers(let numbers): (.numbers(numbers), nil)
                case .flaw(let found, let expected): (Target(), flaw(found, expected))
                }
            samples.append(
                Sample(
                    path: file, target: target, part: row.part, source: .file(files.place(file)),
                    place: place, flaw: labelFlaw ?? files.flaw(of: file).map { flaw($0) }))
        }
        guard !samples.isEmpty else {
            throw DatasetError(.noPictures, Problem(path, found: "lists no pictures"))
        }
        root = path
        self.task = list.task
        classes = list.task.rules.hasClasses ? names.all : list.numberNames
        self.samples = samples
        inventory = list.inventory
        remarks = list.remarks + [files.remark].compactMap(\.self)
    }

    /// The pictures that a plain text names, one path a line, as one class: for looking at pictures that are
    /// not sorted yet.
    ///
    /// - Throws: ``DatasetError`` where the text cannot be read, or names no picture.
    public init(unlabelled path: String) throws(DatasetError) {
        var files = ListedFiles(in: path.parentFolder)
        var seen: Set<ExactText> = []
        var samples: [Sample] = []
        for written in PathLines.paths(in: try Self.contents(path)) {
            let file = files.path(written.trimmed, written: written)
            guard seen.insert(ExactText(file)).inserted else { continue }
            samples.append(
                Sample(path: file, target: .label(0), part: nil, source: .file(files.place(file))))
        }
        guard !samples.isEmpty else {
            throw DatasetError(.noPictures, Problem(path, found: "lists no pictures"))
        }
        root = path
        task = .classification
        classes = [path.lastName]
        self.samples = samples
        inventory = Inventory()
        remarks = [files.remark].compactMap(\.self)
    }

    private static func contents(_ path: String) throws(DatasetError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.readStart(path, count: PictureList.sizeLimit + 1)
        } catch {
            throw DatasetError(error)
        }
        guard bytes.count <= PictureList.sizeLimit else {
            throw DatasetError(.badRecords, Problem(path, found: "is larger than 1 GiB", expected: "a list"))
        }
        return bytes
    }

    private static func list(
        _ path: String, _ task: LearningTask?, _ labelSeparator: String?
    ) throws(DatasetError) -> PictureList {
        guard let format = ListFormat(ofFile: path) else {
            let problem = Problem(path, found: "is no list", expected: "a file .csv, .tsv or .jsonl")
            throw DatasetError(.badRequest, problem)
        }
        let bytes = try contents(path)
        func table(_ separators: [Character]) throws(DatasetError) -> PictureList {
            try PictureList(
                table: bytes, separators: separators, path: path, task: task, labelSeparator: labelSeparator)
        }
        switch format {
        case .commas: return try table([",", ";", "\t"])
        case .tabs: return try table(["\t"])
        case .jsonLines:
            guard labelSeparator == nil else {
                let problem = Problem(
                    "The label separator", found: "has no effect on \(path), which is a list of JSON lines",
                    remedy: "Leave it out")
                throw DatasetError(.badRequest, problem)
            }
            return try PictureList(jsonLines: bytes, path: path, task: task)
        }
    }
}
