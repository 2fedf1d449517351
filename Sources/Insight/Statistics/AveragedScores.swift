/// Means of precision, recall and F1 over classes.
package struct AveragedScores: Sendable, Hashable, Codable {
    /// The mean precision.
    package let precision: Double
    /// The mean recall.
    package let recall: Double
    /// The mean F1.
    package let f1: Double

    /// A weighted mean; what is undefined counts as 0, as with scikit-learn's `zero_division=0`. `nil` where
    /// all weights are 0.
    init?(_ classes: [ClassScores], weight: (ClassScores) -> Double) {
        var (precision, recall, f1, total) = (0.0, 0.0, 0.0, 0.0)
        for scores in classes {
            let weight = weight(scores)
            total += weight
            precision += weight * (scores.precision ?? 0)
            recall += weight * (scores.recall ?? 0)
            f1 += weight * (scores.f1 ?? 0)
        }
        guard total > 0 else { return nil }
        self.precision = precision / total
        self.recall = recall / total
        self.f1 = f1 / total
    }
}
