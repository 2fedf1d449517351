/// A class that is taken for another, with names and the cards that show it.
struct Mistaken: Sendable {
    /// The position of the right class.
    var given: Int
    /// The position of the answered class.
    var answered: Int
    /// How many pictures.
    var count: Int
    /// How many pictures the right class has.
    var support: Int
    /// Positions of the cards that show some of them.
    var cards: [Int]

    /// What the filter calls it.
    var key: String { "\(given)-\(answered)" }
}
