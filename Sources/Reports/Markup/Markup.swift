/// A piece of HTML as UTF-8 bytes.
///
/// It is written as a string literal. The literal is HTML, and every text that is interpolated into it is
/// escaped: a name cannot become a tag.
struct Markup: Sendable {
    /// The HTML.
    private(set) var bytes: [UInt8] = []

    /// No HTML.
    init() {}

    /// HTML that needs no escaping: the style and the script.
    init(trusted text: String) { bytes = Array(text.utf8) }

    /// One piece for each element, one after the other.
    init<Elements: Sequence>(each elements: Elements, _ piece: (Elements.Element) -> Markup) {
        for element in elements { append(piece(element)) }
    }

    /// Whether there is no HTML.
    var isEmpty: Bool { bytes.isEmpty }

    /// Adds HTML at the end.
    mutating func append(_ other: Markup) { bytes.append(contentsOf: other.bytes) }

    /// Adds HTML that needs no escaping.
    mutating func append(trusted text: String) { bytes.append(contentsOf: text.utf8) }

    /// Adds a text, escaped.
    mutating func append(escaping text: String, _ kind: Escaping) { kind.append(text, to: &bytes) }

    /// Adds a picture as a data URI.
    mutating func append(picture: EmbeddedPicture) { picture.append(to: &bytes) }
}
