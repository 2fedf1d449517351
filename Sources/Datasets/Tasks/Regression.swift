internal import GraftFiles

/// Each picture has numbers.
package struct Regression: LabelRules {
    package let name = "regression"
    package let classesPerPicture = ClassesPerPicture.none

    package init() {}
}

extension Regression: ListedLabels {
    var key: String { "numbers" }
    var columnWords: String { "columns of numbers" }

    /// The names of the numbers, in the order of the first line that has some.
    func names(_ objects: [JSONLine], path: String) throws(DatasetError) -> [String] {
        guard let first = objects.first(where: { $0.value(key) != nil }) else { return [] }
        let names = try numbers(first).map(\.key)
        guard !names.isEmpty else {
            throw PictureList.error(path, line: first.line, "has no numbers", expected: "one or more")
        }
        return names
    }

    private func numbers(_ line: JSONLine) throws(DatasetError) -> [JSONValue.Member] {
        guard case .object(let numbers) = line.value(key) else {
            throw line.error(key, expected: "an object like {\"width\": 1.5}")
        }
        return numbers
    }

    func label(of line: JSONLine, names: [String]) throws(DatasetError) -> ListedLabel {
        guard line.value(key) != nil else { return .missing(key) }
        let given = try numbers(line)
        if let unknown = given.first(where: { !names.contains($0.key) }) {
            throw PictureList.error(
                line.path, line: line.line,
                "has the number \(unknown.key), which lines before it do not have",
                expected: names.joined(separator: ", "))
        }
        var values: [Float] = []
        for name in names {
            let text: String
            switch given.first(where: { $0.key == name })?.value {
            case nil, .null: return .flaw("has no \(name)", expected: "a number")
            case .integer(let number): text = "\(number)"
            case .number(let number): text = number
            default: throw line.error(name, expected: "a number")
            }
            guard let number = Float(text), number.isFinite else { return .notFinite(name, text) }
            values.append(number)
        }
        return .numbers(values)
    }

    func columns(of table: TableColumns) -> [Int] { table.numbers.map(\.column) }

    func names(_ table: TableColumns) -> [String] { table.numbers.map(\.name) }

    func label(of record: ListRecord) throws(DatasetError) -> ListedLabel {
        var values: [Float] = []
        for (column, name) in record.columns.numbers {
            let cell = record.cells[column]
            if ["", "na", "n/a", "null", "none"].contains(cell.lowercased()) {
                return .flaw("has no \(name)", expected: "a number")
            }
            guard let value = Float(cell) else {
                throw PictureList.error(
                    record.path, line: record.line, "has the \(name) \(cell)", expected: "a number",
                    remedy: """
                        Call the column label or labels if it names classes; remove it if it is not to be \
                        learned
                        """)
            }
            guard value.isFinite else { return .notFinite(name, cell) }
            values.append(value)
        }
        return .numbers(values)
    }
}
