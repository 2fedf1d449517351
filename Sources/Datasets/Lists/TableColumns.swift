internal import GraftFiles

/// What the columns of a table are for, as their names and cells say.
struct TableColumns {
    /// A column that says which part a picture belongs to.
    struct PartColumn {
        let column: Int
        let name: String
        /// Whether it says yes or no to the validation part, and not the part.
        let isAnswer: Bool
    }

    let path: Int
    let label: Int?
    let labels: Int?
    let part: PartColumn?
    /// A column that numbers the rows.
    let rowNumbers: (column: Int, name: String)?
    /// Columns that are named like parts, and why they are not read.
    let unreadParts: [(name: String, reason: String)]
    /// All others.
    let numbers: [(column: Int, name: String)]
    /// Whether ``numbers`` hold nothing but 0 and 1, or true and false: a class each.
    let isOneHot: Bool
    /// Whether each row has just one class of these.
    let hasOneEach: Bool

    /// What columns of parts are called, in lower case, the usual name first.
    static let partNames = ["part", "split", "set", "subset", "partition", "fold"]
    static let answerNames = ["is_valid", "is_validation", "is_val"]

    /// - Throws: ``DatasetError`` where there is no column of paths, nothing to learn, a name twice, or an
    ///   empty name.
    init(_ table: DelimitedText, path file: String) throws(DatasetError) {
        let names = table.header.fields.map(\.trimmed)
        let line = table.header.line
        func index(_ name: String) -> Int? { names.firstIndex { $0.hasBytes(of: name) } }
        var seen: Set<String> = []
        if let twice = names.first(where: { !seen.insert($0).inserted }) {
            throw PictureList.error(
                file, line: line,
                twice.isEmpty ? "has columns without a name" : "names the column \(twice) twice",
                expected: "a name of its own for each column")
        }
        guard let path = index("path") else {
            throw PictureList.error(
                file, line: line, "names the columns \(names.joined(separator: ", "))",
                expected: "path, and label, labels or columns of numbers",
                remedy: "Call the column with the paths of the pictures path")
        }
        self.path = path
        (label, labels) = (index("label"), index("labels"))
        let parts = PartColumns(table, names)
        (part, unreadParts) = (parts.read, parts.unread)
        rowNumbers = Self.rowNumbers(table, names)
        let used = Set(
            [path, label, labels, rowNumbers?.column].compactMap(\.self) + parts.all)
        let numbers = names.enumerated().filter { !used.contains($0.offset) }
            .map { (column: $0.offset, name: $0.element) }
        self.numbers = numbers
        guard label != nil || labels != nil || !numbers.isEmpty else {
            throw PictureList.error(
                file, line: line, "has nothing to learn",
                expected: "a column label or labels, or columns of numbers")
        }
        if label == nil, labels == nil, numbers.contains(where: { $0.name.isEmpty }) {
            throw PictureList.error(
                file, line: line, "has a column without a name", expected: "a name for each number",
                remedy: "Name the column, or remove it")
        }
        let isOneHot =
            label == nil && labels == nil && numbers.count > 1 && !table.records.isEmpty
            && table.records.allSatisfy { record in
                numbers.allSatisfy { Self.answer(record.fields[$0.column]) != nil }
            }
        self.isOneHot = isOneHot
        hasOneEach =
            isOneHot
            && table.records.allSatisfy { record in
                numbers.count { Self.answer(record.fields[$0.column]) == true } == 1
            }
    }

    /// What a cell says that is 0 or 1, true or false; `nil` for any other.
    static func answer(_ cell: String) -> Bool? {
        switch cell.trimmed.lowercased() {
        case "1", "1.0", "true", "yes": true
        case "0", "0.0", "false", "no": false
        default: nil
        }
    }

    /// The column that pandas writes first: without a name, or read again under the name "Unnamed: 0", with
    /// another whole number in each row.
    private static func rowNumbers(_ table: DelimitedText, _ names: [String]) -> (column: Int, name: String)?
    {
        guard let column = names.firstIndex(where: { $0.isEmpty || $0.startsWithBytes(of: "Unnamed: ") })
        else { return nil }
        var seen: Set<Int> = []
        for record in table.records {
            guard let number = Int(record.fields[column].trimmed), number >= 0, seen.insert(number).inserted
            else { return nil }
        }
        return seen.isEmpty ? nil : (column, names[column].isEmpty ? "without a name" : names[column])
    }

    /// The columns that have no effect.
    func unused(for labels: any ListedLabels) -> [String] {
        let used = Set(labels.columns(of: self))
        let named = [(label, "label"), (self.labels, "labels")]
        return numbers.filter { !used.contains($0.column) }
            .map { $0.name.isEmpty ? "without a name" : $0.name }
            + named.compactMap { column, name in
                column.flatMap { used.contains($0) ? nil : name }
            }
    }

    /// The columns that are named like those of parts.
    private struct PartColumns {
        private(set) var read: PartColumn?
        private(set) var unread: [(name: String, reason: String)] = []
        private(set) var all: [Int] = []

        init(_ table: DelimitedText, _ names: [String]) {
            for wanted in TableColumns.partNames + TableColumns.answerNames {
                guard let column = names.firstIndex(where: { $0.lowercased().hasBytes(of: wanted) }) else {
                    continue
                }
                all.append(column)
                let name = names[column]
                let isAnswer = TableColumns.answerNames.contains(wanted)
                let cells = table.records.lazy.map { $0.fields[column].trimmed }
                let isUnderstood =
                    isAnswer
                    ? cells.allSatisfy { TableColumns.answer($0) != nil }
                    // One word that is a part makes any other a mistake, which is told with its line.
                    : wanted == "part" || cells.contains { Part(word: $0) != nil }
                if let read {
                    unread.append((name, "is not used: the column \(read.name) says the parts"))
                } else if isUnderstood {
                    read = PartColumn(column: column, name: name, isAnswer: isAnswer)
                } else {
                    let other = cells.first { !$0.isEmpty } ?? ""
                    unread.append(
                        (
                            name,
                            "is not used: what it says, such as \"\(other)\", is no part "
                                + (isAnswer ? "(true or false)" : "(train, validation or test)")
                        ))
                }
            }
        }
    }
}
