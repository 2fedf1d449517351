internal import GraftFiles

/// How labels stand in the cells of a column: what separates them is found out once, for the whole file.
struct LabelCells {
    /// What separates labels; none where each cell is one.
    let separators: Set<UInt8>
    /// How the cells are read, in a sentence; `nil` where nothing was to be found out.
    let reading: Finding?
    /// Whether a cell may have any number of labels.
    private let isSeveral: Bool

    /// A column of one label a cell.
    static let single = LabelCells(separators: [], reading: nil, isSeveral: false)

    private init(separators: Set<UInt8>, reading: Finding?, isSeveral: Bool = true) {
        self.isSeveral = isSeveral
        self.separators = separators
        self.reading = reading
    }

    /// Finds out what separates the labels in some cells.
    ///
    /// Semicolons and bars do, where any cell has one, else commas. Where there is none of these, spaces do,
    /// unless no word of a cell with spaces is in any other cell: then they belong to names.
    init(_ cells: [String], asked: String?) {
        let different = Set(cells.lazy.map { ExactText($0.trimmed) })
        func use(_ marks: String) -> Set<UInt8> {
            Set(marks.utf8.filter { mark in different.contains { $0.text.utf8.contains(mark) } })
        }
        if let asked {
            self.init(separators: Set(asked.utf8), reading: nil)
            return
        }
        for (marks, name) in [(";|", "semicolons or bars"), (",", "commas")] {
            let found = use(marks)
            guard !found.isEmpty else { continue }
            self.init(
                separators: found, reading: PictureList.reading("Labels are separated by \(name)."))
            return
        }
        let spaced = different.filter { $0.text.utf8.contains(UInt8(ascii: " ")) }
        guard let example = spaced.min()?.text else {
            self.init(separators: [], reading: nil)
            return
        }
        func words(_ cell: ExactText) -> Set<ExactText> {
            Set(cell.text.utf8.split(separator: UInt8(ascii: " ")).map { ExactText(String($0) ?? "") })
        }
        var counts: [ExactText: Int] = [:]
        for cell in different {
            for word in words(cell) { counts[word, default: 0] += 1 }
        }
        let isList = spaced.contains { words($0).contains { counts[$0] ?? 0 > 1 } }
        let reading =
            isList
            ? "Labels are separated by spaces: \"\(example)\" is several. If spaces belong to names, say what "
                + "separates labels, such as ;"
            : "Spaces belong to the names of classes: \"\(example)\" is one. If they separate labels, say so."
        self.init(
            separators: isList ? [UInt8(ascii: " ")] : [],
            reading: PictureList.reading(isList ? reading + "." : reading))
    }

    /// The labels of a cell.
    func names(in cell: String) -> [String] {
        guard !separators.isEmpty else { return cell.isEmpty ? [] : [cell] }
        return cell.utf8.split { separators.contains($0) }
            .map { (String($0) ?? "").trimmed }.filter { !$0.isEmpty }
    }

    /// What makes a cell the text of a program and no names, in words; `nil` where nothing does.
    func flaw(of cell: String) -> String? {
        let isAround = [("[", "]"), ("{", "}"), ("\"", "\""), ("'", "'")].contains {
            cell.utf8.count > 1 && cell.startsWithBytes(of: $0.0) && cell.utf8.last == $0.1.utf8.first
        }
        if isAround { return "brackets or quotation marks around it" }
        guard isSeveral else { return nil }
        if cell.utf8.contains(where: { "[]{}\"".utf8.contains($0) }) {
            return "brackets or quotation marks in it"
        }
        let quote = UInt8(ascii: "'")
        let isQuoted = names(in: cell).contains { $0.utf8.first == quote || $0.utf8.last == quote }
        return isQuoted ? "quotation marks in it" : nil
    }
}
