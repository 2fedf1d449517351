internal import GraftFiles

extension PictureList {
    /// What a table with a header says.
    ///
    /// - Throws: ``DatasetError`` where it is no table, has no `path` column or nothing to learn, or a cell
    ///   makes no sense.
    init(
        table bytes: [UInt8], separators: [Character], path: String, task asked: LearningTask?
    ) throws(DatasetError) {
        let table: DelimitedText
        do throws(DelimitedText.Flaw) {
            table = try DelimitedText(bytes, separators: separators)
        } catch {
            throw Self.error(path, line: error.line, error.found, expected: error.expected)
        }
        let columns = try TableColumns(table.header, path: path)
        let task = try Self.choose(
            columns.tasks, asked, path: path,
            words: [
                .classification: "a column label", .multiLabel: "a column labels",
                .regression: "columns of numbers",
            ])
        let separators = Self.labelSeparators(table.records, columns)
        var rows: [Row] = []
        rows.reserveCapacity(table.records.count)
        for record in table.records {
            let cells = record.fields.map(\.trimmed)
            let content: Content
            switch task {
            case .classification:
                let label = columns.label.map { cells[$0] } ?? ""
                content =
                    label.isEmpty ? .flaw("has no label", expected: "the name of a class") : .label(label)
            case .multiLabel:
                let cell = columns.labels.map { cells[$0] } ?? ""
                content = .labels(
                    cell.split { separators.contains($0) }.map(\.trimmed).filter { !$0.isEmpty })
            case .regression:
                content = try Self.numbers(cells, columns, path: path, line: record.line)
            }
            let part = try columns.part.map { column throws(DatasetError) in
                try Self.part(cells[column], path, line: record.line)
            }
            rows.append(
                Row(
                    line: record.line,
                    path: try Self.picture(cells[columns.path], in: path, line: record.line), part: part,
                    content: content))
        }
        self.task = task
        self.rows = rows
        numberNames = task == .regression ? columns.numbers.map(\.name) : []
        remarks = columns.unused(for: task).map { name in
            let message = "The column \(name) is not used: what is learned is \(task.rawValue)."
            return Finding(severity: .note, kind: .unusedColumn, path: nil, message: message)
        }
    }

    /// What separates labels: semicolons and bars, or spaces where no cell has one of these.
    private static func labelSeparators(
        _ records: [DelimitedText.Record], _ columns: TableColumns
    ) -> Set<Character> {
        guard let column = columns.labels else { return [] }
        let marks: Set<Character> = [";", "|"]
        return records.contains { $0.fields[column].contains { marks.contains($0) } } ? marks : [" "]
    }

    private static func numbers(
        _ cells: [String], _ columns: TableColumns, path: String, line: Int
    ) throws(DatasetError) -> Content {
        var values: [Float] = []
        for (column, name) in columns.numbers {
            let cell = cells[column]
            if ["", "na", "n/a", "null", "none"].contains(cell.lowercased()) {
                return .flaw("has no \(name)", expected: "a number")
            }
            guard let value = Float(cell) else {
                throw error(
                    path, line: line, "has the \(name) \(cell)", expected: "a number",
                    remedy:
                        "Call the column label or labels if it names classes; remove it if it is not to be learned"
                )
            }
            guard value.isFinite else { return .notFinite(name, cell) }
            values.append(value)
        }
        return .numbers(values)
    }
}

/// What the columns of a table are for.
struct TableColumns {
    let path: Int
    let label: Int?
    let labels: Int?
    let part: Int?
    /// All others.
    let numbers: [(column: Int, name: String)]

    /// - Throws: ``DatasetError`` where there is no column of paths, nothing to learn, a name twice, or an
    ///   empty name.
    init(_ header: DelimitedText.Record, path file: String) throws(DatasetError) {
        let names = header.fields.map(\.trimmed)
        func index(_ name: String) -> Int? { names.firstIndex(of: name) }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw PictureList.error(
                file, line: header.line,
                twice.isEmpty ? "has columns without a name" : "names the column \(twice) twice",
                expected: "a name of its own for each column")
        }
        guard let path = index("path") else {
            throw PictureList.error(
                file, line: header.line, "names the columns \(names.joined(separator: ", "))",
                expected: "path, and label, labels or columns of numbers",
                remedy: "Call the column with the paths of the pictures path")
        }
        self.path = path
        (label, labels, part) = (index("label"), index("labels"), index("part"))
        let known = ["path", "label", "labels", "part"]
        numbers = names.enumerated().filter { !known.contains($0.element) }.map { ($0.offset, $0.element) }
        guard label != nil || labels != nil || !numbers.isEmpty else {
            throw PictureList.error(
                file, line: header.line, "has nothing to learn",
                expected: "a column label or labels, or columns of numbers")
        }
        if label == nil, labels == nil, numbers.contains(where: { $0.name.isEmpty }) {
            throw PictureList.error(
                file, line: header.line, "has a column without a name", expected: "a name for each number",
                remedy: "Name the column, or remove it")
        }
    }

    /// What can be learned, in the order of preference.
    var tasks: [LearningTask] {
        [
            label == nil ? nil : .classification, labels == nil ? nil : .multiLabel,
            numbers.isEmpty ? nil : .regression,
        ].compactMap(\.self)
    }

    /// The columns that have no effect.
    func unused(for task: LearningTask) -> [String] {
        (task == .regression ? [] : numbers.map { $0.name.isEmpty ? "without a name" : $0.name })
            + (label != nil && task != .classification ? ["label"] : [])
            + (labels != nil && task != .multiLabel ? ["labels"] : [])
    }
}
