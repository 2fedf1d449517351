/// A report as one HTML file that needs nothing else: style, script, charts and pictures stand in it.
///
/// Without JavaScript everything can be read. A policy in the page forbids everything that is not in the
/// file: no request leaves it, and no text of the data can run.
package struct ReportPage: Sendable {
    /// What the page shows.
    let content: ReportContent
    /// The content security policy.
    private let policy: String

    /// The page of a report.
    ///
    /// - Parameter hash: SHA-256, 32 bytes. The policy allows the style and the script by it.
    package init(_ content: ReportContent, hash: ([UInt8]) -> [UInt8]) {
        self.content = content
        let style = Base64.text(of: hash(Array(PageStyle.text.utf8)))
        let script = Base64.text(of: hash(Array(PageScript.text.utf8)))
        policy =
            "default-src 'none'; img-src data:; style-src 'sha256-\(style)'; script-src 'sha256-\(script)'; "
            + "base-uri 'none'; form-action 'none'"
    }

    /// The file's bytes, in UTF-8.
    package var html: [UInt8] {
        let sections = sections
        var page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Markup(trusted: policy))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(content.title.isEmpty ? "Report" : content.title)</title>
            <style>\(Markup(trusted: PageStyle.text))</style>
            <script>\(Markup(trusted: PageScript.text))</script>
            </head>
            <body>
            \(header)\(navigation(sections))<main>

            """
        for section in sections { page.append(section.markup) }
        page.append("</main>\n</body>\n</html>\n")
        return page.bytes
    }

    /// The sections that hold something, what most people want first.
    private var sections: [PageSection] {
        [
            mistakes, confusion, perClass, numbers, unlike, calibration, training, schedule, notes,
            repetition,
        ].filter { !$0.body.isEmpty }
    }

    /// Title, summary and headline figures.
    private var header: Markup {
        """
        <header>
        <h1>\(content.title.isEmpty ? "Report" : content.title)</h1>
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

    /// The line of links to the sections.
    private func navigation(_ sections: [PageSection]) -> Markup {
        guard !sections.isEmpty else { return Markup() }
        let links = Markup(each: sections) { "<li><a href=\"#\($0.id)\">\($0.link ?? $0.title)</a></li>\n" }
        return "<nav aria-label=\"Sections\">\n<ul>\n\(links)</ul>\n</nav>\n"
    }
}
