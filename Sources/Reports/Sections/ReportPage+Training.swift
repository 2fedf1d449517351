extension ReportPage {
    /// How training went, stage by stage.
    var training: PageSection {
        PageSection(
            id: "training", title: "Training", link: nil, body: Markup(each: content.stages, stage))
    }

    /// One stage with its curves.
    private func stage(_ stage: ReportContent.Stage) -> Markup {
        let kept: Markup =
            stage.isKept
            ? "<span class=\"badge good\">kept</span>" : "<span class=\"badge\">not kept</span>"
        let reason: Markup = stage.reason.isEmpty ? "" : "<p>\(lines: stage.reason)</p>\n"
        return """
            <h3>\(stage.name) \(kept)</h3>
            \(reason)\(curves(stage))
            """
    }

    /// The charts of a stage and the table of their numbers.
    private func curves(_ stage: ReportContent.Stage) -> Markup {
        guard !stage.epochs.isEmpty else { return Markup() }
        let losses = CurveChart.svg(
            [
                CurveChart.Line(name: "training", values: stage.epochs.map(\.training)),
                CurveChart.Line(name: "validation", values: stage.epochs.map(\.validation)),
            ], title: "loss", stage: stage)
        let score = CurveChart.svg(
            [CurveChart.Line(name: "validation", values: stage.epochs.map(\.score))],
            title: content.scoreName, stage: stage)
        let rows = Markup(each: stage.epochs.enumerated()) { index, epoch in
            """
            <tr><th scope="row">\(index + 1)\(index == stage.keptEpoch ? " (kept)" : "")</th>\
            <td>\(epoch.training?.significant ?? "–")</td><td>\(epoch.validation.significant)</td>\
            <td>\(epoch.score?.fixed(4) ?? "–")</td></tr>

            """
        }
        return """
            <div class="charts">
            \(losses)\(score)</div>
            <details>
            <summary>The numbers of the curves</summary>
            <table>
            <thead><tr><th scope="col">Epoch</th><th scope="col">Training loss</th>\
            <th scope="col">Validation loss</th><th scope="col">\(content.scoreName)</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </details>

            """
    }
}
