extension Markup: ExpressibleByStringInterpolation {
    /// What a literal with values in it becomes.
    struct StringInterpolation: StringInterpolationProtocol {
        /// What was added so far.
        fileprivate var markup = Markup()

        /// An empty piece of HTML.
        init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds the literal's own text, which is HTML.
        mutating func appendLiteral(_ literal: String) { markup.append(trusted: literal) }

        /// Adds a name or another text of one line, escaped.
        mutating func appendInterpolation(_ text: String) { markup.append(escaping: text, .line) }

        /// Adds a text that may have several lines, escaped.
        mutating func appendInterpolation(lines text: String) { markup.append(escaping: text, .lines) }

        /// Adds a number.
        mutating func appendInterpolation(_ number: Int) { markup.append(trusted: String(number)) }

        /// Adds HTML as it is.
        mutating func appendInterpolation(_ other: Markup) { markup.append(other) }

        /// Adds a picture as a data URI.
        mutating func appendInterpolation(_ picture: EmbeddedPicture) { markup.append(picture: picture) }
    }

    /// The HTML of a literal without values.
    init(stringLiteral text: String) { self.init(trusted: text) }

    /// The HTML of a literal with values.
    init(stringInterpolation interpolation: StringInterpolation) { self = interpolation.markup }
}
