/// Finds labels that are probably wrong by confident learning (Northcutt, Jiang and Chuang, 2021).
///
/// It decides like cleanlab's `find_label_issues` with its default, `prune_by_noise_rate`. Where margins are
/// equal and only some of them can be flagged, the first pictures are. There, and where two counts can be
/// rounded equally well, cleanlab's own choice depends on the instructions that the processor has.
package struct ConfidentLearning: Sendable, Hashable, Codable {
    /// How many pictures with each given label seem to belong to each class.
    package let joint: ConfidentJoint
    /// For each picture whether its label is probably wrong.
    package let isLabelIssue: [Bool]
    /// For each picture the probability of its label: the lower, the more doubtful.
    package let qualityScores: [Float]

    /// Judges labels.
    ///
    /// - Parameters:
    ///   - labels: the given class of each picture.
    ///   - probabilities: for each picture one probability for each class, of a model that was not trained on
    ///     it. What is not finite counts as 0.
    ///   - classCount: the number of classes.
    package init(labels: [Int], probabilities: [[Float]], classCount: Int) {
        Probabilities.check(labels: labels, rows: probabilities, classCount: classCount)
        let rows = probabilities.map { row in
            row.allSatisfy(\.isFinite) ? row : row.map { $0.isFinite ? $0 : 0 }
        }
        joint = ConfidentJoint(labels: labels, probabilities: rows, classCount: classCount)
        qualityScores = zip(labels, rows).map { $1[$0] }
        isLabelIssue = Self.flags(labels, rows, removals: joint.removals)
    }

    /// For each label and each other class, flags as many pictures as the joint says, those with the greatest
    /// margin between that class and the label first. A picture whose label is the answer is never flagged.
    private static func flags(_ labels: [Int], _ rows: [[Float]], removals: [[Int]]) -> [Bool] {
        var flags = [Bool](repeating: false, count: labels.count)
        var pictures = [[Int]](repeating: [], count: removals.count)
        for (picture, label) in labels.enumerated() { pictures[label].append(picture) }
        for (label, own) in pictures.enumerated() {
            for truth in removals.indices where removals[label][truth] > 0 {
                let margins = own.map { Double(rows[$0][truth]) - Double(rows[$0][label]) }
                let order = own.indices.sorted { (-margins[$0], $0) < (-margins[$1], $1) }
                for position in order.prefix(removals[label][truth]) { flags[own[position]] = true }
            }
        }
        for picture in labels.indices where Probabilities.answer(rows[picture]) == labels[picture] {
            flags[picture] = false
        }
        return flags
    }
}
