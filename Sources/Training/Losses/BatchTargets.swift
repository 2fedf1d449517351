/// What a batch of pictures should come to.
package enum BatchTargets: Sendable, Hashable {
    /// The class of each picture.
    case labels([Int])
    /// For each picture a row as wide as the output: probabilities of classes, for each class whether it is
    /// there, or numbers.
    case rows([Float], count: Int)

    /// The number of pictures.
    package var count: Int {
        switch self {
        case .labels(let labels): labels.count
        case .rows(_, let count): count
        }
    }

    /// Rows of this width; labels become 1 at the class and 0 elsewhere.
    package func rows(width: Int) -> [Float] {
        switch self {
        case .rows(let values, let count):
            precondition(values.count == count * width, "rows of \(width) numbers")
            return values
        case .labels(let labels):
            var values = [Float](repeating: 0, count: labels.count * width)
            for (row, label) in labels.enumerated() { values[row * width + label] = 1 }
            return values
        }
    }
}
