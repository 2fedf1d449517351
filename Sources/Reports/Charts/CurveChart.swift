/// Values epoch by epoch.
enum CurveChart {
    /// One line of the chart.
    struct Line: Sendable {
        /// "training" or "validation": its name and its look.
        var name: String
        /// A value for each epoch, where it is known.
        var values: [Double?]

        /// The known values with their epochs, counted from 1.
        var points: [(Double, Double)] {
            values.enumerated().compactMap { index, value in
                value.flatMap { $0.isDrawable ? (Double(index + 1), $0) : nil }
            }
        }
    }

    /// The chart with its caption; empty where no value is known.
    static func svg(_ lines: [Line], title: String, stage: ReportContent.Stage) -> Markup {
        let known = lines.filter { !$0.points.isEmpty }
        guard !known.isEmpty else { return Markup() }
        let count = stage.epochs.count
        var chart = Chart(
            horizontal: Axis(covering: [1, Double(count)], isWhole: true),
            vertical: Axis(covering: known.flatMap { $0.points.map(\.1) }), horizontalTitle: "epoch",
            verticalTitle: title, description: description(known, title: title, stage: stage))
        if let kept = stage.keptEpoch, (0..<count).contains(kept) {
            let place = chart.x(Double(kept + 1))
            chart.marks.append(
                """
                <path class="kept" \
                d="M\(place.coordinate) \(Chart.top.coordinate)V\(chart.bottom.coordinate)"/>

                """)
        }
        for line in known { chart.addLine(line.points, class: line.name) }
        let keys = Markup(each: known) { line in
            """
            <span class="key"><svg width="24" height="8" aria-hidden="true"><path class="\(line.name)" \
            d="M2 4H22"/></svg> \(line.name)</span>

            """
        }
        let kept: Markup =
            stage.keptEpoch == nil
            ? ""
            : """
            <span class="key"><svg width="4" height="16" aria-hidden="true"><path class="kept" d="M2 1V15"/>\
            </svg> kept epoch</span>

            """
        return """
            <figure>
            <figcaption class="keys"><strong>\(title)</strong> \(keys)\(kept)</figcaption>
            \(chart.svg)</figure>

            """
    }

    /// From where to where each line goes.
    private static func description(_ lines: [Line], title: String, stage: ReportContent.Stage) -> String {
        let courses = lines.map { line in
            let values = line.points.map(\.1.significant)
            return "\(line.name) from \(values.first ?? "–") to \(values.last ?? "–")"
        }
        return "\(title) of \(stage.name) over \(stage.epochs.count.counted("epoch", "epochs")): "
            + courses.joined(separator: ", ")
    }
}
