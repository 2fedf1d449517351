extension ReportContent {
    /// How often a class is taken for another.
    package struct ConfusionCell: Sendable, Codable {
        /// The position of the right class.
        package var given: Int
        /// The position of the class that the model says.
        package var answered: Int
        /// How many pictures.
        package var count: Int
        /// Positions of some of them in ``ReportContent/mistakes``.
        package var cards: [Int]

        /// Creates it from its parts.
        package init(given: Int, answered: Int, count: Int, cards: [Int] = []) {
            self.given = given
            self.answered = answered
            self.count = count
            self.cards = cards
        }
    }
}
