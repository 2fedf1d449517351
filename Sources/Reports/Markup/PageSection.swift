/// A part of the page with a heading, to which a link at the top leads.
struct PageSection: Sendable {
    /// Its identifier in the page.
    var id: String
    /// Its heading.
    var title: String
    /// Its heading in the line of links, where that is shorter.
    var link: String?
    /// What stands below the heading.
    var body: Markup

    /// The whole section.
    var markup: Markup {
        """
        <section id="\(id)" aria-labelledby="\(id)-title">
        <h2 id="\(id)-title" tabindex="-1">\(title)</h2>
        \(body)</section>

        """
    }
}
