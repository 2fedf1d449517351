extension ReportPage {
    /// How far off the numbers are.
    var numbers: PageSection {
        PageSection(id: "numbers", title: "Numbers", link: nil, body: numbersBody)
    }

    /// The table of errors and the charts.
    private var numbersBody: Markup {
        guard !content.numbers.isEmpty else { return Markup() }
        let rows = Markup(each: content.numbers) { row in
            """
            <tr><th scope="row">\(row.name)</th><td>\(row.meanAbsolute.significant)</td>\
            <td>\(row.rootMeanSquare.significant)</td><td>\(row.determination?.fixed(3) ?? "–")</td></tr>

            """
        }
        let charts = Markup(each: content.numbers, scatter)
        return """
            <div class="scroll tall" role="region" aria-label="Table of numbers" tabindex="0">
            <table class="sortable">
            <thead><tr><th scope="col">Number</th><th scope="col">Mean absolute error</th>\
            <th scope="col">Root mean square error</th><th scope="col">R²</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </div>
            <div class="charts">
            \(charts)</div>

            """
    }

    /// Right values against answers; empty where there are no points.
    private func scatter(_ row: ReportContent.NumberRow) -> Markup {
        let points = row.points.filter { $0.count == 2 && $0.allSatisfy(\.isDrawable) }.map { ($0[0], $0[1]) }
        guard !points.isEmpty else { return Markup() }
        // Both axes are the same, so that right answers lie on the diagonal.
        let axis = Axis(covering: points.flatMap { [$0.0, $0.1] })
        var chart = Chart(
            horizontal: axis, vertical: axis, horizontalTitle: "right value", verticalTitle: "answer",
            description: "Answers against right values of \(row.name): "
                + "\(points.count.counted("point", "points")), mean absolute error "
                + "\(row.meanAbsolute.significant)", bottom: 300)
        chart.addLine([(axis.lower, axis.lower), (axis.upper, axis.upper)], class: "ideal")
        chart.addDots(points, class: "dots")
        return """
            <figure>
            <figcaption><h3>\(row.name)</h3>The dashed line is where answers are right.</figcaption>
            \(chart.svg)</figure>

            """
    }
}
