/// A report as one HTML file that needs nothing else: style, script, charts and pictures stand in it.
///
/// Without JavaScript everything can be read. A policy in the page forbids everything that is not in the
/// file: no request leaves it, and no text of the data can run.
package struct ReportPage: Sendable {
    /// What the page shows.
    let content: ReportContent
    private let shell: PageShell

    /// The page of a report.
    ///
    /// - Parameter hash: SHA-256, 32 bytes. The policy allows the style and the script by it.
    package init(_ content: ReportContent, hash: ([UInt8]) -> [UInt8]) {
        self.content = content
        shell = PageShell(title: content.title.isEmpty ? "Report" : content.title, hash: hash)
    }

    /// The file's bytes, in UTF-8.
    package var html: [UInt8] { shell.html(header: header, sections: sections) }

    /// The sections, what most people want first.
    private var sections: [PageSection] {
        [
            mistakes, confusion, perClass, numbers, unlike, calibration, training, schedule, notes,
            repetition,
        ]
    }

    /// Title, summary and headline figures.
    private var header: Markup {
        """
        <header>
        <h1>\(shell.title)</h1>
        <p class="summary">\(lines: content.summary)</p>
        \(figures)</header>

        """
    }

    /// The headline figures.
    private var figures: Markup {
        guard !content.figures.isEmpty else { return Markup() }
        let list = Markup(each: content.figures) { figure in
            let interval: Markup = figure.interval.map { " <span class=\"interval\">\($0)</span>" } ?? ""
            return """
                <div><dt>\(figure.name)</dt>\
                <dd><span class="value">\(figure.value)</span>\(interval)</dd></div>

                """
        }
        return "<dl class=\"figures\">\n\(list)</dl>\n"
    }
}
