/// The calibration error beside the range of a perfectly calibrated model.
enum CalibrationBand {
    /// The chart; empty where there is no range or a value is not a number.
    static func svg(_ calibration: ReportContent.Calibration) -> Markup {
        let values = calibration.band + [calibration.error]
        guard values.count == 3, values.allSatisfy(\.isDrawable) else { return Markup() }
        let chart = Chart(
            horizontal: Axis(covering: values + [0]), vertical: .shares, horizontalTitle: "",
            verticalTitle: "", description: "")
        let (start, end) = (chart.x(values[0]), chart.x(values[1]))
        let error = chart.x(values[2])
        let ticks = Markup(each: chart.horizontal.ticks) { tick in
            """
            <text x="\(chart.x(tick).coordinate)" y="70" text-anchor="middle">\
            \(chart.horizontal.label(tick))</text>

            """
        }
        return """
            <svg class="chart" viewBox="0 0 \(Int(Chart.width)) 76" role="img" \
            aria-label="Expected calibration error \(values[2].fixed(3)), \
            range \(values[0].fixed(3)) to \(values[1].fixed(3))">
            <path class="grid" d="M\(Chart.left.coordinate) 54H\(Chart.right.coordinate)"/>
            <rect class="band" x="\(start.coordinate)" y="26" width="\(max(1, end - start).coordinate)" \
            height="22"/>
            <path class="kept" d="M\(error.coordinate) 20V54"/>
            <text x="\(error.coordinate)" y="14" text-anchor="middle">\(values[2].fixed(3))</text>
            \(ticks)</svg>

            """
    }
}
