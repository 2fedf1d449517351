extension ReportPage {
    /// The pictures that the model gets wrong, or is furthest off with.
    var mistakes: PageSection {
        let shown = content.mistakes.count
        let isNumbers = content.mistakeCount == nil
        var words: String
        if let count = content.mistakeCount {
            words =
                "The model gets \(count.grouped) of \(content.pictureCount.counted("picture", "pictures")) "
                + "wrong."
            if shown < count { words += " \(shown.grouped) of them are here." }
            words += " The worst come first."
        } else {
            words = "The pictures with the largest errors, the largest first."
        }
        return PageSection(
            id: "mistakes", title: isNumbers ? "Largest errors" : "Mistakes", link: nil,
            body: gallery(content.mistakes, prefix: "card", introduction: words, filter: filter))
    }

    /// Pictures that are unlike the training data.
    var unlike: PageSection {
        PageSection(
            id: "unlike", title: "Unlike the training data", link: "Unlike training",
            body: gallery(
                content.unlike, prefix: "unlike",
                introduction: "These pictures are far from everything that the model was trained on. "
                    + "Check its answers here before you rely on them.", filter: Markup()))
    }

    /// Cards with what chooses among them; empty where there are no cards.
    private func gallery(
        _ cards: [ReportContent.Card], prefix: String, introduction: String, filter: Markup
    ) -> Markup {
        guard !cards.isEmpty else { return Markup() }
        let hasHeatMaps = cards.contains { $0.heatMap != nil }
        let heat: Markup =
            hasHeatMaps
            ? "<button type=\"button\" class=\"all-heat\" aria-pressed=\"false\">All heat maps</button>\n"
            : ""
        var result: Markup = """
            <p>\(introduction)\(hasHeatMaps ? " The heat map shows which parts the answer rests on." : "")</p>
            <div class="gallery">
            <div class="controls">
            \(filter)\(heat)<p class="status" role="status" aria-live="polite"></p>
            </div>
            <ol class="cards">

            """
        for (index, card) in cards.enumerated() { result.append(self.card(card, id: "\(prefix)-\(index)")) }
        result.append("</ol>\n<button type=\"button\" class=\"more\">Show more</button>\n</div>\n")
        return result
    }

    /// One picture and what the model says of it.
    private func card(_ card: ReportContent.Card, id: String) -> Markup {
        let heat: Markup =
            EmbeddedPicture(card.heatMap) == nil
            ? "" : "<button type=\"button\" class=\"heat-toggle\" aria-pressed=\"false\">Heat map</button>\n"
        return """
            <li class="card" id="\(id)">
            \(pictures(card))<h3 tabindex="-1"><span><small>Given</small> <bdi>\(card.given)</bdi></span>
            <span><small>Answered</small> <bdi>\(card.answered)</bdi></span></h3>
            \(heat)\(shares(card.shares))<p class="path"><bdi>\(card.path)</bdi></p>
            \(nearest(card.nearest))</li>

            """
    }

    /// The picture and its heat map.
    private func pictures(_ card: ReportContent.Card) -> Markup {
        var result: Markup = "<div class=\"pictures\">\n"
        if let photo = EmbeddedPicture(card.thumbnail) {
            result.append(
                """
                <img class="photo" loading="lazy" decoding="async" alt="\(card.path)" src="\(photo)">

                """)
        } else {
            result.append("<p class=\"missing photo\">no picture</p>\n")
        }
        if let heat = EmbeddedPicture(card.heatMap) {
            result.append(
                """
                <img class="heat" loading="lazy" decoding="async" \
                alt="Heat map of \(card.path)" src="\(heat)">

                """)
        }
        result.append("</div>\n")
        return result
    }

    /// The most probable classes with bars.
    private func shares(_ shares: [ReportContent.Card.Share]) -> Markup {
        guard !shares.isEmpty else { return Markup() }
        let items = Markup(each: shares) { share in
            """
            <li><bdi>\(share.name)</bdi> <span>\(share.share.percentage)</span>\
            \(Bar.markup(share.share))</li>

            """
        }
        return "<ul class=\"shares\" aria-label=\"Most probable classes\">\n\(items)</ul>\n"
    }

    /// The nearest training pictures.
    private func nearest(_ neighbours: [ReportContent.Card.Neighbour]) -> Markup {
        guard !neighbours.isEmpty else { return Markup() }
        let items = Markup(each: neighbours) { neighbour in
            let picture: Markup =
                EmbeddedPicture(neighbour.thumbnail).map {
                    "<img loading=\"lazy\" decoding=\"async\" alt=\"\(neighbour.path)\" src=\"\($0)\">"
                } ?? "<span class=\"path\"><bdi>\(neighbour.path)</bdi></span>"
            return "<li title=\"\(neighbour.path)\">\(picture) <bdi>\(neighbour.label)</bdi></li>\n"
        }
        return """
            <h4>Nearest training pictures</h4>
            <ul class="nearest">
            \(items)</ul>

            """
    }
}
