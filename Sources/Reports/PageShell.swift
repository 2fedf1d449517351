/// What every page has around its sections: a head with a policy that forbids everything that is not in the file, style and
/// script, and the line of links.
struct PageShell: Sendable {
    /// What the page is called.
    let title: String
    private let policy: String

    /// - Parameter hash: SHA-256, 32 bytes. The policy allows the style and the script by it.
    init(title: String, hash: ([UInt8]) -> [UInt8]) {
        self.title = title
        let style = Base64.text(of: hash(Array(PageStyle.text.utf8)))
        let script = Base64.text(of: hash(Array(PageScript.text.utf8)))
        policy =
            "default-src 'none'; img-src data:; style-src 'sha256-\(style)'; script-src 'sha256-\(script)'; "
            + "base-uri 'none'; form-action 'none'"
    }

    /// The file's bytes, in UTF-8.
    ///
    /// - Parameters:
    ///   - header: what stands first.
    ///   - sections: those that hold something are shown.
    func html(header: Markup, sections: [PageSection]) -> [UInt8] {
        let sections = sections.filter { !$0.body.isEmpty }
        var page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(Markup(trusted: policy))">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(title)</title>
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

    /// The line of links to the sections.
    private func navigation(_ sections: [PageSection]) -> Markup {
        guard !sections.isEmpty else { return Markup() }
        let links = Markup(each: sections) { "<li><a href=\"#\($0.id)\">\($0.link ?? $0.title)</a></li>\n" }
        return "<nav aria-label=\"Sections\">\n<ul>\n\(links)</ul>\n</nav>\n"
    }
}
