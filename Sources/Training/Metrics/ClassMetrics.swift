package import GraftDatasets

/// Metrics of pictures with classes.
package struct ClassMetrics: MetricsFold {
    private var all = Share()
    private var classes: [Share]
    /// For each class the score of each picture, and whether the picture is of the class; none where precision
    /// is not told.
    private var scores: [[Float]]
    private var isPositive: [[Bool]]
    /// Whether each picture's class was the first; of pictures with one class.
    private var hits: [Bool] = []

    /// Nothing yet.
    ///
    /// - Parameters:
    ///   - width: the number of classes.
    ///   - tellsPrecision: whether the average precision of each class is told, which takes all scores.
    package init(width: Int, tellsPrecision: Bool = false) {
        classes = [Share](repeating: Share(), count: width)
        scores = [[Float]](repeating: [], count: tellsPrecision ? width : 0)
        isPositive = [[Bool]](repeating: [], count: scores.count)
    }

    package mutating func add(_ outputs: [Float], _ target: Target, loss: Double) {
        let ranks = target.classes.map { Self.rank(of: $0, in: outputs) }
        all.add(loss, rank: ranks.min())
        for (label, rank) in zip(target.classes, ranks) { classes[label].add(loss, rank: rank) }
        if scores.isEmpty { hits.append(ranks.min() == 0) }
        for label in scores.indices {
            scores[label].append(outputs[label])
            isPositive[label].append(target.classes.contains(label))
        }
    }

    /// The number of classes named before this one; of equally probable ones the first in order wins, and
    /// what is no number beats all.
    private static func rank(of label: Int, in outputs: [Float]) -> Int {
        let own = outputs[label]
        return outputs.indices.count { index in
            index < label ? !(outputs[index] < own) : index > label && !(outputs[index] <= own)
        }
    }

    package var detailed: DetailedMetrics {
        var result = DetailedMetrics(all: all.metrics, classes: classes.map(\.metrics), hits: hits)
        guard !scores.isEmpty else { return result }
        for label in scores.indices {
            result.classes[label].meanAveragePrecision = AveragePrecision.area(
                scores[label], isPositive[label])
        }
        let known = result.classes.compactMap(\.meanAveragePrecision)
        result.all.meanAveragePrecision = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        return result
    }
}

/// Counts of pictures.
private struct Share: Sendable {
    private var images = 0
    private var withClass = 0
    private var loss = 0.0
    private var first = 0
    private var amongFive = 0

    /// Adds a picture whose class, or best one of its classes, has this rank; `nil` where it has none.
    mutating func add(_ loss: Double, rank: Int?) {
        images += 1
        self.loss += loss
        guard let rank else { return }
        withClass += 1
        if rank < 1 { first += 1 }
        if rank < 5 { amongFive += 1 }
    }

    var metrics: Metrics {
        let classified = Double(max(withClass, 1))
        return Metrics(
            images: images, loss: loss / Double(max(images, 1)), top1: Double(first) / classified,
            top5: Double(amongFive) / classified)
    }
}
