/// Helpers for the probabilities of one picture.
enum Probabilities {
    /// The class with the greatest probability; the first of equal ones; 0 where there is none. What is no
    /// number counts as the lowest.
    static func answer(_ probabilities: [Float]) -> Int {
        var best = 0
        for label in probabilities.indices where known(probabilities[label]) > known(probabilities[best]) {
            best = label
        }
        return best
    }

    /// The number of classes that come before this one, by probability and then by order.
    static func rank(of label: Int, in probabilities: [Float]) -> Int {
        let own = known(probabilities[label])
        var rank = 0
        for other in probabilities.indices {
            let value = known(probabilities[other])
            if value > own || value == own && other < label { rank += 1 }
        }
        return rank
    }

    /// The probability; the lowest possible value where it is no number.
    static func known(_ probability: Float) -> Float { probability.isNaN ? -.infinity : probability }

    /// Stops the program where labels and rows do not fit together.
    static func check(labels: [Int], rows: [[Float]], classCount: Int) {
        precondition(labels.count == rows.count, "One row of probabilities for each label")
        precondition(labels.allSatisfy { (0..<classCount).contains($0) }, "A label is not among the classes")
        precondition(rows.allSatisfy { $0.count == classCount }, "One probability for each class")
    }
}
