extension ReportPage {
    /// How far the shares can be believed.
    var calibration: PageSection {
        PageSection(
            id: "calibration", title: "Calibration", link: nil,
            body: content.calibration.map(calibrationBody) ?? Markup())
    }

    /// What the error means, the diagram and the table of its numbers.
    private func calibrationBody(_ calibration: ReportContent.Calibration) -> Markup {
        let bins = calibration.bins.filter { $0.confidence.isFinite && $0.accuracy.isFinite && $0.count > 0 }
            .sorted { $0.confidence < $1.confidence }
        guard !bins.isEmpty else { return Markup() }
        let rows = Markup(each: bins) { bin in
            """
            <tr><td>\(bin.confidence.percentage)</td><td>\(bin.accuracy.percentage)</td>\
            <td>\(bin.count.grouped)</td></tr>

            """
        }
        let temperature: Markup =
            calibration.temperature.map {
                "<p>Outputs are divided by a temperature of \($0.fixed(3)) before they become shares.</p>\n"
            } ?? ""
        return """
            <p>\(meaning(calibration, bins))</p>
            \(temperature)<div class="charts">
            <figure>
            <figcaption>Dots on the dashed line are calibrated; below it, the shares are too high. The bars \
            count the pictures.</figcaption>
            \(ReliabilityDiagram.svg(bins))</figure>
            <figure>
            <figcaption>The expected calibration error (line) and the range of a perfectly calibrated model \
            (band).</figcaption>
            \(CalibrationBand.svg(calibration))<details>
            <summary>The numbers of the diagram</summary>
            <table>
            <thead><tr><th scope="col">Mean share</th><th scope="col">Right answers</th>\
            <th scope="col">Pictures</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </details>
            </figure>
            </div>

            """
    }

    /// In words, what the error says about the shares.
    private func meaning(
        _ calibration: ReportContent.Calibration, _ bins: [ReportContent.Calibration.Bin]
    ) -> String {
        let error = "The expected calibration error is \(calibration.error.fixed(3))"
        guard calibration.band.count == 2 else { return error + "." }
        let band =
            "a perfectly calibrated model has one between \(calibration.band[0].fixed(3)) and "
            + "\(calibration.band[1].fixed(3)) in 95% of sets of this size"
        if calibration.error <= calibration.band[1] {
            return "\(error), and \(band): nothing here speaks against reading the shares as probabilities."
        }
        let excess = bins.reduce(0) { $0 + Double($1.count) * ($1.confidence - $1.accuracy) }
        return
            "\(error), but \(band): on average the shares are too \(excess > 0 ? "high" : "low") to be read "
            + "as probabilities."
    }
}
