internal import GraftFiles

/// Each picture is of one class.
package struct Classification: LabelRules {
    package let name = "classification"
    package let classesPerPicture = ClassesPerPicture.one

    package init() {}
}

extension Classification: ListedLabels {
    var key: String { "label" }
    var columnWords: String { "a column label" }

    func names(_ objects: [JSONLine], path: String) throws(DatasetError) -> [String] { [] }

    func label(of line: JSONLine, names: NumberNames) throws(DatasetError) -> ListedLabel {
        guard let value = line.value(key) else { return .missing(key) }
        return label(try line.name(value, of: key))
    }

    func columns(of table: TableColumns) -> [Int] {
        table.label.map { [$0] } ?? (table.hasOneEach ? table.numbers.map(\.column) : [])
    }

    func names(_ table: TableColumns) -> [String] { [] }

    func label(of record: ListRecord) throws(DatasetError) -> ListedLabel {
        guard let column = record.columns.label else { return .classes(record.oneHotNames) }
        return label(try record.labels(in: column).first ?? "")
    }

    private func label(_ name: String) -> ListedLabel {
        name.isEmpty ? .flaw("has no label", expected: "the name of a class") : .classes([name])
    }
}
