/// How good the answers are where each picture has any number of classes.
package struct MultiLabelStatistics: Sendable, Hashable, Codable {
    /// Precision, recall and F1 of each class at ``threshold``.
    package let classes: [ClassScores]
    /// For each class the average precision; `nil` where no picture has the class.
    package let averagePrecision: [Double?]
    /// The mean of the defined ``averagePrecision``; `nil` where there is none.
    package let meanAveragePrecision: Double?
    /// For each class the threshold with the best F1: the median of what five parts of the pictures, each
    /// left out once, give. `nil` where fewer than five pictures have the class, or fewer than five do not.
    package let bestThresholds: [Float?]
    /// A class with this probability, or a greater one, counts as answered.
    package let threshold: Float

    /// The number of folds of the cross-validation.
    private static let folds = 5

    /// The statistics of these answers.
    ///
    /// - Parameters:
    ///   - targets: for each picture whether it has each class.
    ///   - probabilities: for each picture one probability for each class.
    ///   - threshold: a class with this probability, or a greater one, counts as answered.
    package init(targets: [[Bool]], probabilities: [[Float]], threshold: Float = 0.5) {
        precondition(targets.count == probabilities.count, "One row of probabilities for each picture")
        let classCount = targets.first?.count ?? 0
        precondition(
            targets.allSatisfy { $0.count == classCount }
                && probabilities.allSatisfy { $0.count == classCount },
            "One target and one probability for each class")
        var classes: [ClassScores] = []
        var averagePrecision: [Double?] = []
        var bestThresholds: [Float?] = []
        for label in 0..<classCount {
            let scores = probabilities.map { $0[label] }
            let isPositive = targets.map { $0[label] }
            classes.append(
                ClassScores(
                    truePositives: zip(scores, isPositive).count { $0 >= threshold && $1 },
                    answered: scores.count { $0 >= threshold }, support: isPositive.count { $0 }))
            averagePrecision.append(
                RankedScores(scores: scores, isPositive: isPositive).averagePrecision)
            bestThresholds.append(Self.bestThreshold(scores, isPositive))
        }
        let defined = averagePrecision.compactMap { $0 }
        meanAveragePrecision = defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
        self.classes = classes
        self.averagePrecision = averagePrecision
        self.bestThresholds = bestThresholds
        self.threshold = threshold
    }

    /// The median of the folds' best thresholds.
    ///
    /// The pictures with the class are dealt to the folds in turn, and so are those without, so that all
    /// folds have about the same share of them.
    private static func bestThreshold(_ scores: [Float], _ isPositive: [Bool]) -> Float? {
        var (positives, negatives) = (0, 0)
        let foldOf = isPositive.map { positive in
            if positive { positives += 1 } else { negatives += 1 }
            return ((positive ? positives : negatives) - 1) % folds
        }
        guard min(positives, negatives) >= folds else { return nil }
        let thresholds = (0..<folds).compactMap { fold in
            let kept = scores.indices.filter { foldOf[$0] != fold }
            return RankedScores(scores: kept.map { scores[$0] }, isPositive: kept.map { isPositive[$0] })
                .bestThreshold
        }
        return thresholds.isEmpty ? nil : thresholds.sorted()[thresholds.count / 2]
    }
}
