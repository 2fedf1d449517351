internal import GraftFiles

/// Each picture is of any number of classes, or of none.
package struct MultiLabel: LabelRules {
    package let name = "multi-label"
    package let classesPerPicture = ClassesPerPicture.any

    package init() {}
}

extension MultiLabel: ListedLabels {
    var key: String { "labels" }
    var columnWords: String { "a column labels" }

    func names(_ objects: [JSONLine], path: String) throws(DatasetError) -> [String] { [] }

    func label(of line: JSONLine, names: NumberNames) throws(DatasetError) -> ListedLabel {
        guard let value = line.value(key) else { return .missing(key) }
        guard case .array(let values) = value else {
            throw line.error(key, expected: "an array like [\"cat\", \"dog\"]")
        }
        let names = try values.map { value throws(DatasetError) in try line.name(value, of: key) }
        return names.contains("") ? .flaw("has a label without a name", expected: "names") : .classes(names)
    }

    func columns(of table: TableColumns) -> [Int] {
        table.labels.map { [$0] } ?? (table.isOneHot ? table.numbers.map(\.column) : [])
    }

    func names(_ table: TableColumns) -> [String] { [] }

    func label(of record: ListRecord) throws(DatasetError) -> ListedLabel {
        guard let column = record.columns.labels else { return .classes(record.oneHotNames) }
        return .classes(try record.labels(in: column))
    }
}
