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
        let listed = LearningTask.listed.filter { !$0.labels.columns(of: columns).isEmpty }
        let (task, labels) = try Self.choose(listed.map(\.task), asked, path: path) { $0.columnWords }
        let separators = Self.labelSeparators(table.records, columns)
        var rows: [Row] = []
        rows.reserveCapacity(table.records.count)
        for record in table.records {
            let cells = record.fields.map(\.trimmed)
            let label = try labels.label(
                of: ListRecord(
                    path: path, line: record.line, columns: columns, cells: cells,
                    labelSeparators: separators))
            let part = try columns.part.map { column throws(DatasetError) in
                try Self.part(cells[column], path, line: record.line)
            }
            rows.append(
                Row(
                    line: record.line,
                    path: try Self.picture(cells[columns.path], in: path, line: record.line), part: part,
                    label: label))
        }
        self.task = task
        self.rows = rows
        numberNames = labels.names(columns)
        remarks = columns.unused(for: labels).map { name in
            let message = "The column \(name) is not used: what is learned is \(task.name)."
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

    /// The columns that have no effect.
    func unused(for labels: any ListedLabels) -> [String] {
        let used = labels.columns(of: self)
        let named = [(label, "label"), (self.labels, "labels")]
        return numbers.filter { !used.contains($0.column) }
            .map { $0.name.isEmpty ? "without a name" : $0.name }
            + named.compactMap { column, name in
                column.flatMap { used.contains($0) ? nil : name }
            }
    }
}
