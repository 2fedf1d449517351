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

    func label(of line: JSONLine, names: NumberNames) throws(DatasetError) -> ListedLabel {
        guard line.value(key) != nil else { return .missing(key) }
        var given = [JSONValue?](repeating: nil, count: names.all.count)
        for member in try numbers(line) {
            guard let place = names.place(of: member.key) else {
                throw PictureList.error(
                    line.path, line: line.line,
                    "has the number \(member.key), which lines before it do not have",
                    expected: names.all.joined(separator: ", "))
            }
            given[place] = member.value
        }
        var values: [Double] = []
        values.reserveCapacity(given.count)
        for (name, value) in zip(names.all, given) {
            let text: String
            switch value {
            case nil, .null: return .flaw("has no \(name)", expected: "a number")
            case .integer(let number): text = "\(number)"
            case .number(let number): text = number
            default: throw line.error(name, expected: "a number")
            }
            guard let number = Double(text), number.isUsable else { return .notFinite(name, text) }
            values.append(number)
        }
        return .numbers(values)
    }

    func columns(of table: TableColumns) -> [Int] { table.numbers.map(\.column) }

    func names(_ table: TableColumns) -> [String] { table.numbers.map(\.name) }

    func label(of record: ListRecord) throws(DatasetError) -> ListedLabel {
        var values: [Double] = []
        for (column, name) in record.columns.numbers {
            let cell = record.cells[column]
            if ["", "na", "n/a", "null", "none"].contains(cell.lowercased()) {
                return .flaw("has no \(name)", expected: "a number")
            }
            guard let value = Double(cell) else {
                throw PictureList.error(
                    record.path, line: record.line, "has the \(name) \(cell)", expected: "a number",
                    remedy: """
                        Call the column label or labels if it names classes; remove it if it is not to be \
                        learned
                        """)
            }
            guard value.isUsable else { return .notFinite(name, cell) }
            values.append(value)
        }
        return .numbers(values)
    }
}

extension Double {
    /// Whether it is a number that a network could tell: what it computes with has 32 bits.
    fileprivate var isUsable: Bool { isFinite && Float(self).isFinite }
}
