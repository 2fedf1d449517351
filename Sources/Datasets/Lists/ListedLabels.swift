internal import GraftFiles

/// What a list says is right for one picture, before classes have numbers.
enum ListedLabel: Equatable {
    case classes([String])
    case numbers([Double])
    /// There is nothing to learn from the row: words that follow its name.
    case flaw(String, expected: String)

    /// A number that is no finite one.
    static func notFinite(_ name: String, _ text: String) -> ListedLabel {
        .flaw("has the \(name) \(text)", expected: "a finite number")
    }

    /// A line without a value.
    static func missing(_ key: String) -> ListedLabel {
        .flaw("has no \(key)", expected: "what is to be learned")
    }
}

/// One row of a table.
struct ListRecord {
    /// The path of the list, and the line in which the row starts, from 1 on.
    let path: String
    let line: Int
    let columns: TableColumns
    /// The fields, without spaces around them.
    let cells: [String]
    /// How labels stand in a cell, for the whole file.
    let labelCells: LabelCells

    /// The labels in a column.
    ///
    /// - Throws: ``DatasetError`` that names the line where one is no name but the text of a program.
    func labels(in column: Int) throws(DatasetError) -> [String] {
        let cell = cells[column]
        if let flaw = labelCells.flaw(of: cell) {
            throw PictureList.error(
                path, line: line, "has the label \(cell), with \(flaw)",
                expected: "names as they are, separated by semicolons: cat;indoor")
        }
        return labelCells.names(in: cell)
    }

    /// The classes whose columns say yes.
    var oneHotNames: [String] {
        columns.numbers.filter { TableColumns.answer(cells[$0.column]) == true }.map(\.name)
    }
}

/// The names of numbers, and where each is.
struct NumberNames {
    let all: [String]
    private let places: [ExactText: Int]

    init(_ names: [String]) {
        all = names
        places = Dictionary(
            names.enumerated().map { (ExactText($1), $0) }, uniquingKeysWith: { first, _ in first })
    }

    func place(of name: String) -> Int? { places[ExactText(name)] }
}

/// A task whose labels can be read from lists.
protocol ListedLabels: LabelRules {
    /// The key in JSON lines that stands before what is learned.
    var key: String { get }
    /// What a table needs for it.
    var columnWords: String { get }
    /// The names of the numbers, which the lines tell; none where classes are learned.
    func names(_ objects: [JSONLine], path: String) throws(DatasetError) -> [String]
    /// What a line says.
    func label(of line: JSONLine, names: NumberNames) throws(DatasetError) -> ListedLabel
    /// The columns that are learned; none where the table has none for this task.
    func columns(of table: TableColumns) -> [Int]
    /// The names of the numbers in a table; none where classes are learned.
    func names(_ table: TableColumns) -> [String]
    /// What a row says.
    func label(of record: ListRecord) throws(DatasetError) -> ListedLabel
}

extension ListedLabels {
    /// What JSON lines need for it.
    var keyWords: String { "a key \(key)" }
}

extension LearningTask {
    /// The tasks that lists may be for, in the order of preference, and what reads them.
    static var listed: [(task: LearningTask, labels: any ListedLabels)] {
        builtIn.compactMap { task in (task.rules as? any ListedLabels).map { (task, $0) } }
    }
}
