extension ReportPage {
    /// What was trained on what.
    var schedule: PageSection {
        PageSection(id: "schedule", title: "Schedule", link: nil, body: entries(content.schedule))
    }

    /// What the owner of the data should know.
    var notes: PageSection {
        let items = Markup(each: content.notes) { note in
            let look = note.severity == "note" ? "badge" : "badge bad"
            return """
                <li><span class="\(look)">\(note.severity)</span> <span>\(lines: note.text)</span></li>

                """
        }
        return PageSection(
            id: "notes", title: "Data notes", link: nil,
            body: items.isEmpty ? items : "<ul class=\"notes\">\n\(items)</ul>\n")
    }

    /// What is needed to run it again.
    var repetition: PageSection {
        var body = Markup()
        if !content.commands.isEmpty {
            let commands = Markup(each: content.commands) { "<code>\(lines: $0)</code>\n" }
            body.append("<p>These commands do it again:</p>\n<pre>\(commands)</pre>\n")
        }
        body.append(entries(content.provenance))
        return PageSection(id: "again", title: "Run it again", link: nil, body: body)
    }

    /// Names with what stands behind them.
    private func entries(_ entries: [ReportContent.Entry]) -> Markup {
        guard !entries.isEmpty else { return Markup() }
        let items = Markup(each: entries) { entry in
            "<div><dt>\(entry.name)</dt><dd>\(lines: entry.value)</dd></div>\n"
        }
        return "<dl class=\"entries\">\n\(items)</dl>\n"
    }
}
