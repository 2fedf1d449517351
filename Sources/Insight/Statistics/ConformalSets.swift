/// Sets of classes that hold the right class with a chosen probability: split conformal prediction with the
/// score 1 − p of the right class (Sadinle, Lei and Wasserman, 2019).
///
/// The pictures must be new to the model, and like those it will see.
package struct ConformalSets: Sendable, Hashable, Codable {
    /// The scores of the pictures for calibration, in rising order.
    package let scores: [Float]

    /// Sets from the scores of pictures for calibration, in any order. What is no number counts as 1, the
    /// score of a probability of 0.
    package init(scores: [Float]) { self.scores = scores.map { $0.isNaN ? 1 : $0 }.sorted() }

    /// Sets from pictures for calibration.
    ///
    /// - Parameters:
    ///   - labels: the right class of each picture.
    ///   - probabilities: for each picture one probability for each class.
    package init(labels: [Int], probabilities: [[Float]]) {
        Probabilities.check(
            labels: labels, rows: probabilities, classCount: probabilities.first?.count ?? 0)
        self.init(scores: zip(labels, probabilities).map { 1 - $1[$0] })
    }

    /// Which score, counted from 1 in rising order, is the threshold: ⌈(n + 1)·coverage⌉; `nil` where that is
    /// more than there are.
    private func rank(coverage: Double) -> Int? {
        precondition(coverage > 0 && coverage < 1, "A coverage between 0 and 1")
        // A product like 0.9 · 10 must not be rounded up to the next whole number.
        let rank = Int((Double(scores.count + 1) * coverage - 1e-9).rounded(.up))
        return rank <= scores.count ? max(rank, 1) : nil
    }

    /// The greatest score of a class that is in a set.
    ///
    /// - Parameter coverage: the probability with which sets hold the right class, at least.
    /// - Returns: `nil` where there are too few pictures: fewer than coverage / (1 − coverage).
    package func threshold(coverage: Double) -> Float? { rank(coverage: coverage).map { scores[$0 - 1] } }

    /// The classes in the set of a picture, in order; a class without a number as its probability is left
    /// out. A set can be empty. `nil` where there is no threshold.
    package func classes(in probabilities: [Float], coverage: Double) -> [Int]? {
        guard let threshold = threshold(coverage: coverage) else { return nil }
        return probabilities.indices.filter { 1 - probabilities[$0] <= threshold }
    }

    /// The range in which the true coverage lies with a probability of 95 %, because the pictures for
    /// calibration were drawn by chance: quantiles of Beta(n + 1 − l, l) with l = ⌊(n + 1)(1 − coverage)⌋
    /// (Vovk, 2012).
    ///
    /// `nil` where there is no threshold.
    package func coverageBand(coverage: Double) -> ClosedRange<Double>? {
        guard let rank = rank(coverage: coverage) else { return nil }
        let (a, b) = (Double(rank), Double(scores.count + 1 - rank))
        let lower = SpecialFunctions.betaQuantile(0.025, a, b)
        return lower...max(lower, SpecialFunctions.betaQuantile(0.975, a, b))
    }
}
