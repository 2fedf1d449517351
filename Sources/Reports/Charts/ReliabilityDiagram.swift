/// Right answers against shares, with the number of pictures below.
enum ReliabilityDiagram {
    /// Where the lower axis lies.
    private static let bottom = 260.0
    /// The height of the tallest bar.
    private static let tallest = 40.0
    /// Where the bars of the counts stand.
    private static let base = bottom + 50 + tallest

    /// The diagram of bins in the order of their shares.
    static func svg(_ bins: [ReportContent.Calibration.Bin]) -> Markup {
        var chart = Chart(
            horizontal: .shares, vertical: .shares, horizontalTitle: "share that the model gives",
            verticalTitle: "right answers",
            description: "Reliability diagram: "
                + bins.map { "\($0.accuracy.percentage) right at \($0.confidence.percentage)" }
                .joined(separator: "; "), bottom: bottom)
        chart.addLine([(0, 0), (1, 1)], class: "ideal")
        for bin in bins {
            chart.addLine(
                [(bin.confidence, bin.confidence), (bin.confidence, bin.accuracy)], class: "gap")
        }
        let points = bins.map { ($0.confidence, $0.accuracy) }
        chart.addLine(points, class: "validation")
        chart.addDots(points, class: "bins")
        addCounts(bins, to: &chart)
        return chart.svg
    }

    /// Bars of the counts. A label that would cover another one goes to the next row, or is left out where
    /// three rows are full; the table beside the diagram has all counts.
    private static func addCounts(_ bins: [ReportContent.Calibration.Bin], to chart: inout Chart) {
        let most = Double(bins.map(\.count).max() ?? 1)
        // Where the labels of each row end.
        var ends: [Double] = []
        for bin in bins {
            let height = max(1, tallest * Double(bin.count) / most)
            let middle = chart.x(bin.confidence)
            chart.marks.append(
                """
                <rect class="count" x="\((middle - 4).coordinate)" y="\((base - height).coordinate)" \
                width="8" height="\(height.coordinate)"/>

                """)
            // A digit is about 7.4 units wide.
            let half = Double(bin.count.grouped.count) * 3.7
            let center = min(middle, Chart.width - half)
            let row = ends.firstIndex { $0 < center - half - 3 } ?? ends.count
            guard row < 3 else { continue }
            if row == ends.count { ends.append(0) }
            ends[row] = center + half
            chart.marks.append(
                """
                <text x="\(center.coordinate)" y="\((base + 13 + 12 * Double(row)).coordinate)" \
                text-anchor="middle">\(bin.count.grouped)</text>

                """)
        }
        chart.extra = tallest + 18 + 12 * Double(ends.count)
    }
}
