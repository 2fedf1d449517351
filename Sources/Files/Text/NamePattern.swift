/// A pattern for names: `*` stands for any letters or none, `?` for one, everything else for itself.
package struct NamePattern: Sendable, Hashable {
    /// The pattern as it was written.
    package let text: String
    private let letters: [Character]

    /// The pattern that was written like this.
    package init(_ text: String) {
        self.text = text
        letters = Array(text)
    }

    /// Whether the whole of `name` fits.
    package func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (place, letter) = (0, 0)
        // Where the last star stands, and the first letter that it does not take; it takes one more wherever
        // the rest does not fit.
        var star: (place: Int, letter: Int)?
        while letter < name.count {
            if place < letters.count, letters[place] == "*" {
                star = (place, letter)
                place += 1
            } else if place < letters.count, letters[place] == "?" || letters[place] == name[letter] {
                (place, letter) = (place + 1, letter + 1)
            } else if let last = star {
                star = (last.place, last.letter + 1)
                (place, letter) = (last.place + 1, last.letter + 1)
            } else {
                return false
            }
        }
        return letters[place...].allSatisfy { $0 == "*" }
    }

    /// A pattern like this one that some of `names` fit, for somebody who mistyped it.
    package func nearest(among names: [String]) -> String? {
        let plain = String(letters.filter { $0 != "*" && $0 != "?" })
        guard letters.last == "*" else {
            if let longer = names.first(where: { $0.hasPrefix(plain) && !plain.isEmpty }) {
                return longer == plain ? longer : "\(plain)*"
            }
            return NearestName.of(plain, among: names)
        }
        let starts = names.flatMap { name in
            (plain.count - 1...plain.count + 1).filter { $0 > 0 }.map { String(name.prefix($0)) }
        }
        return NearestName.of(plain, among: starts).map { "\($0)*" }
    }
}
