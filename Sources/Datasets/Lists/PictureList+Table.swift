internal import GraftFiles

extension PictureList {
    /// What a table with a header says.
    ///
    /// - Throws: ``DatasetError`` where it is no table, has no `path` column or nothing to learn, or a cell
    ///   makes no sense.
    init(
        table bytes: [UInt8], separators: [Character], path: String, task asked: LearningTask?,
        labelSeparator: String?
    ) throws(DatasetError) {
        let table: DelimitedText
        do throws(DelimitedText.Flaw) {
            table = try DelimitedText(bytes, separators: separators)
        } catch {
            throw Self.error(path, line: error.line, error.found, expected: error.expected)
        }
        let columns = try TableColumns(table, path: path)
        let listed = LearningTask.listed.filter { !$0.labels.columns(of: columns).isEmpty }
        if asked == nil { try columns.requireOneReading(path) }
        let (task, labels) = try Self.choose(listed.map(\.task), asked, path: path) { $0.columnWords }
        let isSeveral = columns.labels.map { labels.columns(of: columns).contains($0) } ?? false
        guard isSeveral || labelSeparator == nil else {
            let problem = Problem(
                "The label separator",
                found: "has no effect on \(path), from whose column labels nothing is learned",
                remedy: "Leave it out")
            throw DatasetError(.badRequest, problem)
        }
        let cells =
            isSeveral
            ? LabelCells(
                columns.labels.map { column in table.records.map { $0.fields[column] } } ?? [],
                asked: labelSeparator) : .single
        var rows: [Row] = []
        rows.reserveCapacity(table.records.count)
        for record in table.records {
            let label = try labels.label(
                of: ListRecord(
                    path: path, line: record.line, columns: columns, cells: record.fields.map(\.trimmed),
                    labelCells: cells))
            let part = try columns.part.map { column throws(DatasetError) in
                try column.part(record.fields[column.column].trimmed, path, line: record.line)
            }
            rows.append(
                Row(
                    line: record.line,
                    path: try Self.picture(record.fields[columns.path].trimmed, in: path, line: record.line),
                    written: try Self.picture(record.fields[columns.path], in: path, line: record.line),
                    part: part, label: label))
        }
        self.task = task
        self.rows = rows
        numberNames = labels.names(columns)
        if columns.isOneHot, task.rules.hasClasses { declaredNames = columns.numbers.map(\.name) }
        remarks = [cells.reading, columns.partReading, columns.commaReading(table, labels)].compactMap(\.self)
        var inventory = Inventory()
        for name in columns.unused(for: labels) {
            inventory.leaveOut(
                what: "The column \(name)", .unusedColumn, "is not used: what is learned is \(task.name)")
        }
        for (name, reason) in columns.unreadParts {
            inventory.leaveOut(what: "The column \(name)", .unusedColumn, reason)
        }
        if let numbers = columns.rowNumbers {
            inventory.passOver("the column \(numbers.name)", by: .rowNumbers)
        }
        self.inventory = inventory
    }
}

extension TableColumns {
    /// Lets columns of 0 and 1 be what their reader says, as they may be classes or numbers.
    fileprivate func requireOneReading(_ path: String) throws(DatasetError) {
        guard isOneHot else { return }
        let names = numbers.prefix(4).map(\.name).joined(separator: ", ") + (numbers.count > 4 ? ", …" : "")
        let tasks = hasOneEach ? "classification, multi-label or regression" : "multi-label or regression"
        let problem = Problem(
            path, found: "has columns of nothing but 0 and 1: \(names). These are either classes or numbers",
            expected: "only one reading",
            remedy: "Say which with the task: \(tasks). multi-label takes each column as a class")
        throw DatasetError(.ambiguous, problem)
    }

    /// That a column other than the usual one says the parts.
    fileprivate var partReading: Finding? {
        guard let part, part.name != "part" else { return nil }
        let words = part.isAnswer ? "says which pictures are for validation" : "says the parts"
        return PictureList.reading("The column \(part.name) \(words).")
    }

    /// That cells of one label each look as if they held several.
    fileprivate func commaReading(_ table: DelimitedText, _ labels: any ListedLabels) -> Finding? {
        guard let label, labels.columns(of: self) == [label] else { return nil }
        let marks = ",;|".utf8
        guard
            let cell = table.records.lazy.map({ $0.fields[label] })
                .first(where: { $0.utf8.contains { marks.contains($0) } })
        else { return nil }
        return PictureList.reading(
            "\"\(cell.trimmed)\" is one class: call the column labels if it is several.", isDoubtful: true)
    }
}

extension TableColumns.PartColumn {
    /// The part that a cell says.
    ///
    /// - Throws: ``DatasetError`` where it says none.
    fileprivate func part(_ cell: String, _ path: String, line: Int) throws(DatasetError) -> Part {
        guard isAnswer else { return try PictureList.part(cell, path, line: line) }
        return TableColumns.answer(cell) == true ? .validation : .train
    }
}
