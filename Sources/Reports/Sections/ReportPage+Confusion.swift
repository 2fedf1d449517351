extension ReportPage {
    /// Up to so many classes the whole matrix is shown.
    static var largestMatrix: Int { 30 }

    /// Of more classes, so many of the most frequent mistakes are shown.
    static var mostFrequent: Int { 60 }

    /// The confusion matrix, or the most frequent mistakes where there are many classes.
    var confusion: PageSection {
        let cells = validCells
        guard !cells.isEmpty else { return PageSection(id: "confusion", title: "", body: Markup()) }
        if content.classes.count <= Self.largestMatrix {
            return PageSection(
                id: "confusion", title: "Confusion matrix", link: "Confusion", body: matrix(cells))
        }
        return PageSection(
            id: "confusion", title: "Most frequent mistakes", link: "Confusion", body: frequentMistakes)
    }

    /// What chooses the cards of one kind of mistake; empty where no kind is known.
    var filter: Markup {
        let kinds = frequent.filter { !$0.cards.isEmpty }
        guard !kinds.isEmpty else { return Markup() }
        let options = Markup(each: kinds) { kind in
            let cards = kind.cards.map { "\($0)" }.joined(separator: " ")
            let pictures = kind.count.counted("picture", "pictures")
            return """
                <option value="\(kind.key)" data-cards="\(cards)">\
                \(name(kind.given)) taken for \(name(kind.answered)) (\(pictures))</option>

                """
        }
        return """
            <label>Show <select class="filter" autocomplete="off">
            <option value="">all</option>
            \(options)</select></label>
            <button type="button" class="reset" hidden>All</button>

            """
    }

    /// The cells whose classes exist, with a count.
    private var validCells: [ReportContent.ConfusionCell] {
        content.confusion.filter {
            content.classes.indices.contains($0.given) && content.classes.indices.contains($0.answered)
                && $0.count > 0
        }
    }

    /// The kinds of mistakes that the page names, the most frequent first.
    private var frequent: [Mistaken] {
        let cells = validCells
        var support = [Int](repeating: 0, count: content.classes.count)
        for cell in cells { support[cell.given] += cell.count }
        let kinds = cells.filter { $0.given != $0.answered }.map { cell in
            Mistaken(
                given: cell.given, answered: cell.answered, count: cell.count, support: support[cell.given],
                cards: cell.cards.filter(content.mistakes.indices.contains))
        }.sorted { ($1.count, $0.given, $0.answered) < ($0.count, $1.given, $1.answered) }
        return content.classes.count <= Self.largestMatrix ? kinds : Array(kinds.prefix(Self.mostFrequent))
    }

    /// The name of the class at a position.
    private func name(_ position: Int) -> String { content.classes[position] }

    /// A count that leads to the cards of its mistakes, where there are any.
    private func link(_ kind: Mistaken) -> Markup {
        guard let first = kind.cards.first else { return "\(kind.count.grouped)" }
        let words = "\(kind.count.grouped): \(name(kind.given)) taken for \(name(kind.answered)), show cards"
        return """
            <a href="#card-\(first)" data-cell="\(kind.key)" aria-label="\(words)">\(kind.count.grouped)</a>
            """
    }

    /// All classes against all.
    private func matrix(_ cells: [ReportContent.ConfusionCell]) -> Markup {
        var kinds: [String: Mistaken] = [:]
        for kind in frequent { kinds[kind.key] = kind }
        var counts = [[Int]](
            repeating: [Int](repeating: 0, count: content.classes.count), count: content.classes.count)
        for cell in cells { counts[cell.given][cell.answered] += cell.count }
        let heads = Markup(each: content.classes) { "<th scope=\"col\"><span>\($0)</span></th>\n" }
        let rows = Markup(each: content.classes.indices) { given in
            let support = counts[given].reduce(0, +)
            let row = Markup(each: content.classes.indices) { answered in
                let count = counts[given][answered]
                guard count > 0 else { return "<td class=\"zero\">0</td>" }
                let shade = shade(Double(count) / Double(support), isRight: given == answered)
                let words: Markup = kinds["\(given)-\(answered)"].map(link) ?? "\(count.grouped)"
                return "<td class=\"\(shade)\">\(words)</td>"
            }
            return "<tr><th scope=\"row\">\(name(given))</th>\(row)</tr>\n"
        }
        return """
            <p>Rows are right classes, columns are answers: \(legend). \
            Choose a mistake to see its cards.</p>
            <div class="scroll" role="region" aria-label="Table of mistakes" tabindex="0">
            <table class="matrix">
            <thead><tr><th scope="col">right class \\ answer</th>
            \(heads)</tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </div>

            """
    }

    /// What the colours mean.
    private var legend: Markup {
        """
        <span class="right-3">right answers</span> lie on the diagonal, \
        <span class="wrong-3">mistakes</span> \
        beside it; a stronger colour is a larger share of the row
        """
    }

    /// The class of a cell's colour, in five steps. Mistakes reach the strongest colour at 40 %, because
    /// most are rare.
    private func shade(_ share: Double, isRight: Bool) -> String {
        isRight ? "right-\(min(5, 1 + Int(share * 5)))" : "wrong-\(min(5, 1 + Int(share * 10)))"
    }

    /// The most frequent mistakes as a table.
    private var frequentMistakes: Markup {
        let rows = Markup(each: frequent) { kind in
            let share = Double(kind.count) / Double(kind.support)
            return """
                <tr><th scope="row">\(name(kind.given))</th><td class="name">\(name(kind.answered))</td>\
                <td>\(link(kind))</td><td>\(share.percentage)\(Bar.markup(share))</td></tr>

                """
        }
        guard !rows.isEmpty else { return Markup() }
        return """
            <p>Choose a count to see the cards.</p>
            <div class="scroll tall" role="region" aria-label="Table of mistakes" tabindex="0">
            <table class="sortable">
            <thead><tr><th scope="col">Right class</th><th scope="col" class="name">Answer</th>\
            <th scope="col">Pictures</th><th scope="col">Of the right class</th></tr></thead>
            <tbody>
            \(rows)</tbody>
            </table>
            </div>

            """
    }
}
