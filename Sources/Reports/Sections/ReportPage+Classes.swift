extension ReportPage {
    /// One column of the table of classes.
    private struct Column {
        /// Its heading.
        var title: String
        /// Its value in a row.
        var value: @Sendable (ReportContent.ClassRow) -> Double?
    }

    /// What the model does on each class.
    var perClass: PageSection {
        PageSection(id: "classes", title: "Classes", link: nil, body: classTable)
    }

    /// All columns of numbers, in their order.
    private var columns: [Column] {
        [
            Column(title: "Average precision") { $0.averagePrecision }, Column(title: "F1") { $0.f1 },
            Column(title: "Precision") { $0.precision }, Column(title: "Recall") { $0.recall },
            Column(title: "Threshold") { $0.threshold },
        ].filter { column in content.perClass.contains { column.value($0) != nil } }
    }

    /// The table of classes, the worst first; the first column has bars.
    private var classTable: Markup {
        guard !content.perClass.isEmpty else { return Markup() }
        let columns = columns
        let rows = content.perClass.enumerated().sorted { first, second in
            let values = [first, second].map { columns.first?.value($0.element) ?? .infinity }
            return (values[0], first.offset) < (values[1], second.offset)
        }
        let heads = Markup(each: columns) { "<th scope=\"col\">\($0.title)</th>" }
        let body = Markup(each: rows) { row in
            let cells = Markup(each: columns.enumerated()) { position, column in
                guard let value = column.value(row.element) else { return "<td>–</td>" }
                return "<td>\(value.fixed(3))\(position == 0 ? Bar.markup(value) : Markup())</td>"
            }
            return """
                <tr><th scope="row">\(row.element.name)</th>\(cells)\
                <td>\(row.element.support.grouped)</td></tr>

                """
        }
        let order: Markup =
            columns.first.map { "<p>The lowest \($0.title.lowercasedWords) comes first.</p>\n" } ?? ""
        return """
            \(order)<div class="scroll tall" role="region" aria-label="Table of classes" tabindex="0">
            <table class="sortable">
            <thead><tr><th scope="col">Class</th>\(heads)<th scope="col">Pictures</th></tr></thead>
            <tbody>
            \(body)</tbody>
            </table>
            </div>

            """
    }
}

extension String {
    /// A heading inside a sentence: "F1" stays as it is.
    fileprivate var lowercasedWords: String { count > 2 ? lowercased() : self }
}
