#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// How good the answers are where each picture has one class.
///
/// Without pictures, all means are `nil`. A picture's answer is the class with the greatest probability; of
/// equal ones the first wins. A probability that is no number counts as the lowest.
package struct ClassificationStatistics: Sendable, Hashable, Codable {
    /// How often pictures of each class are answered with each class.
    package let confusion: ConfusionMatrix
    /// Precision, recall and F1 of each class.
    package let classes: [ClassScores]
    /// For each class the area below the ROC curve, this class against all others; `nil` where the class has
    /// no pictures, or all.
    package let rocAUC: [Double?]
    /// For each class the average precision; `nil` where the class has no pictures.
    package let averagePrecision: [Double?]
    /// The plain means over the classes that have pictures or are an answer.
    package let macro: AveragedScores?
    /// The means over the classes, weighted by their numbers of pictures.
    package let weighted: AveragedScores?
    /// The share of right answers.
    package let accuracy: Double?
    /// The mean recall of the classes that have pictures.
    package let balancedAccuracy: Double?
    /// The share of pictures with their class among the first k answers, by k.
    package let topAccuracy: [Int: Double]
    /// Cohen's kappa; `nil` where chance alone would always be right.
    package let cohensKappa: Double?
    /// The correlation of Matthews; `nil` where all pictures are of one class or are answered with one class.
    package let matthewsCorrelation: Double?
    /// The mean of the defined ``rocAUC``.
    package let macroROCAUC: Double?
    /// The mean of −log p of the right class. A probability below 2⁻²³ counts as 2⁻²³, as scikit-learn does
    /// for numbers of 32 bits, so that one picture cannot make it infinite.
    package let logLoss: Double?

    /// The statistics of these answers.
    ///
    /// - Parameters:
    ///   - labels: the right class of each picture.
    ///   - probabilities: for each picture one probability for each class; their sum is about 1.
    ///   - classCount: the number of classes.
    ///   - topK: for which k ``topAccuracy`` is computed.
    package init(labels: [Int], probabilities: [[Float]], classCount: Int, topK: [Int] = [1, 5]) {
        Probabilities.check(labels: labels, rows: probabilities, classCount: classCount)
        confusion = ConfusionMatrix(
            labels: labels, answers: probabilities.map(Probabilities.answer), classCount: classCount)
        classes = confusion.scores
        macro = AveragedScores(classes) { $0.f1 == nil ? 0 : 1 }
        weighted = AveragedScores(classes) { Double($0.support) }
        balancedAccuracy = confusion.balancedAccuracy
        cohensKappa = confusion.cohensKappa
        matthewsCorrelation = confusion.matthewsCorrelation
        var (rocAUC, averagePrecision): ([Double?], [Double?]) = ([], [])
        for label in 0..<classCount {
            let hasPictures = classes[label].support > 0
            let ranked = hasPictures ? Self.ranked(label, labels, probabilities) : nil
            rocAUC.append(ranked?.rocAUC)
            averagePrecision.append(ranked?.averagePrecision)
        }
        (self.rocAUC, self.averagePrecision) = (rocAUC, averagePrecision)
        let defined = rocAUC.compactMap { $0 }
        macroROCAUC = defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
        guard !labels.isEmpty else {
            (accuracy, logLoss, topAccuracy) = (nil, nil, [:])
            return
        }
        let count = Double(labels.count)
        accuracy = Double(confusion.right) / count
        logLoss = zip(labels, probabilities).reduce(0) { $0 + Self.loss($1.1[$1.0]) } / count
        topAccuracy = Self.topAccuracy(topK, labels, probabilities)
    }

    /// The scores of one class in falling order.
    private static func ranked(_ label: Int, _ labels: [Int], _ probabilities: [[Float]]) -> RankedScores {
        RankedScores(scores: probabilities.map { $0[label] }, isPositive: labels.map { $0 == label })
    }

    /// The log loss of one picture from the probability of its class.
    private static func loss(_ probability: Float) -> Double {
        -log(Double(max(Probabilities.known(probability), Float.ulpOfOne)))
    }

    /// The shares of pictures with their class among the first k.
    private static func topAccuracy(
        _ topK: [Int], _ labels: [Int], _ probabilities: [[Float]]
    ) -> [Int: Double] {
        let ranks = zip(labels, probabilities).map { Probabilities.rank(of: $0, in: $1) }
        var result: [Int: Double] = [:]
        for k in topK { result[k] = Double(ranks.count { $0 < k }) / Double(ranks.count) }
        return result
    }
}
