/// How often pictures of each class are answered with each class.
package struct ConfusionMatrix: Sendable, Hashable, Codable {
    /// The number of pictures by right class, then by answered class.
    package let counts: [[Int]]

    /// Counts answers.
    init(labels: [Int], answers: [Int], classCount: Int) {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        for (label, answer) in zip(labels, answers) { counts[label][answer] += 1 }
        self.counts = counts
    }

    /// The number of pictures.
    package var total: Int { supports.reduce(0, +) }

    /// The number of pictures of each class.
    package var supports: [Int] { counts.map { $0.reduce(0, +) } }

    /// How often each class is the answer.
    package var answered: [Int] {
        var sums = [Int](repeating: 0, count: counts.count)
        for row in counts { for (label, count) in row.enumerated() { sums[label] += count } }
        return sums
    }

    /// The number of right answers.
    package var right: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

    /// Precision, recall and F1 of each class.
    package var scores: [ClassScores] {
        let (supports, answered) = (supports, answered)
        return counts.indices.map {
            ClassScores(truePositives: counts[$0][$0], answered: answered[$0], support: supports[$0])
        }
    }

    /// The mean recall of the classes that have pictures; `nil` without pictures.
    package var balancedAccuracy: Double? {
        let recalls = scores.compactMap(\.recall)
        return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
    }

    /// Cohen's kappa: how much better the answers are than chance (Cohen, 1960); `nil` where chance alone
    /// would always be right, or without pictures.
    package var cohensKappa: Double? {
        let total = Double(total)
        let chance = zip(supports, answered).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        // Both the observed and the expected share, times the squared number of pictures.
        guard total > 0, chance < total * total else { return nil }
        return (Double(right) * total - chance) / (total * total - chance)
    }

    /// The correlation of Matthews for any number of classes (Gorodkin, 2004); `nil` where all pictures are
    /// of one class, or all are answered with one class, or without pictures.
    package var matthewsCorrelation: Double? {
        let total = Double(total)
        let (supports, answered) = (supports.map { Double($0) }, answered.map { Double($0) })
        let chance = zip(supports, answered).reduce(0) { $0 + $1.0 * $1.1 }
        let byLabel = total * total - supports.reduce(0) { $0 + $1 * $1 }
        let byAnswer = total * total - answered.reduce(0) { $0 + $1 * $1 }
        guard byLabel > 0, byAnswer > 0 else { return nil }
        return (Double(right) * total - chance) / (byLabel * byAnswer).squareRoot()
    }
}
