/// Precision, recall and F1 of one class.
package struct ClassScores: Sendable, Hashable, Codable {
    /// The number of pictures of the class.
    package let support: Int
    /// The share of pictures of the class among those answered so; `nil` where none is answered so.
    package let precision: Double?
    /// The share of the pictures of the class that are answered so; `nil` where no picture is of the class.
    package let recall: Double?
    /// The harmonic mean of precision and recall: 2·TP / (2·TP + FP + FN); `nil` where the class neither has
    /// pictures nor is an answer.
    package let f1: Double?

    /// The scores that follow from counts.
    ///
    /// - Parameters:
    ///   - truePositives: how many pictures of the class are answered so.
    ///   - answered: how many pictures are answered so.
    ///   - support: how many pictures are of the class.
    init(truePositives: Int, answered: Int, support: Int) {
        self.support = support
        precision = answered > 0 ? Double(truePositives) / Double(answered) : nil
        recall = support > 0 ? Double(truePositives) / Double(support) : nil
        let either = answered + support
        f1 = either > 0 ? 2 * Double(truePositives) / Double(either) : nil
    }
}
