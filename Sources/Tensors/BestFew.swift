/// The few elements with the greatest scores of many that come one after the other, the best first; of equal ones the one that
/// came first.
package struct BestFew<Element> {
    /// The elements with their scores.
    package private(set) var found: [(score: Double, element: Element)] = []
    private let limit: Int

    /// None yet, and at most so many.
    package init(_ limit: Int) { self.limit = limit }

    /// The elements, the best first.
    package var elements: [Element] { found.map(\.element) }

    /// Takes an element in where it is one of the best so far.
    package mutating func offer(_ element: @autoclosure () -> Element, _ score: Double) {
        guard limit > 0, found.count < limit || score > found[found.count - 1].score else { return }
        let place = found.firstIndex { $0.score < score } ?? found.count
        found.insert((score, element()), at: place)
        if found.count > limit { found.removeLast() }
    }
}
