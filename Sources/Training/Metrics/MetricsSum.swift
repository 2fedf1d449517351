package import GraftDatasets

/// Adds up metrics picture by picture.
package struct MetricsSum: Sendable {
    private let task: LearningTask
    private let loss: Loss
    private let standardization: Standardization?
    private var all = Share()
    private var classes: [Share]
    private var numbers: [NumberSum]
    /// For each class the score of each picture, and whether the picture is of the class; of multi-label data
    /// only.
    private var scores: [[Float]]
    private var isPositive: [[Bool]]

    /// Nothing yet.
    ///
    /// - Parameters:
    ///   - outputs: the number of classes, or of numbers.
    ///   - loss: what is added up as the loss.
    ///   - standardization: how the network's numbers are brought to the data's units.
    package init(
        _ task: LearningTask, outputs: Int, loss: Loss, standardization: Standardization? = nil
    ) {
        self.task = task
        self.loss = loss
        self.standardization = standardization
        classes = task == .regression ? [] : [Share](repeating: Share(), count: outputs)
        numbers = task == .regression ? [NumberSum](repeating: NumberSum(), count: outputs) : []
        scores = [[Float]](repeating: [], count: task == .multiLabel ? outputs : 0)
        isPositive = [[Bool]](repeating: [], count: scores.count)
    }

    /// Adds a picture.
    ///
    /// - Parameters:
    ///   - outputs: what the network gave: logits, or standardised numbers.
    ///   - target: what is right, numbers in the data's units.
    package mutating func add(_ outputs: [Float], _ target: Target) {
        guard task != .regression else { return addNumbers(outputs, target.values) }
        let positives = target.positives
        let targets: BatchTargets =
            task == .classification && positives.count == 1
            ? .labels(positives) : .rows(target.indicators(outputs.count), count: 1)
        let value = loss.evaluate(outputs.span, width: outputs.count, targets: targets)
        let ranks = positives.map { Self.rank(of: $0, in: outputs) }
        all.add(value, rank: ranks.min())
        for (label, rank) in zip(positives, ranks) { classes[label].add(value, rank: rank) }
        for label in scores.indices {
            scores[label].append(outputs[label])
            isPositive[label].append(positives.contains(label))
        }
    }

    private mutating func addNumbers(_ outputs: [Float], _ expected: [Float]) {
        let targets = BatchTargets.rows(standardization?.standardized(expected) ?? expected, count: 1)
        all.add(loss.evaluate(outputs.span, width: outputs.count, targets: targets), rank: nil)
        let found = standardization?.restored(outputs) ?? outputs
        for index in numbers.indices { numbers[index].add(Double(found[index]), Double(expected[index])) }
    }

    /// The number of classes named before this one; of equally probable ones the first in order wins, and
    /// what is no number beats all.
    private static func rank(of label: Int, in outputs: [Float]) -> Int {
        let own = outputs[label]
        return outputs.indices.count { index in
            index < label ? !(outputs[index] < own) : index > label && !(outputs[index] <= own)
        }
    }

    /// The metrics of all pictures added.
    package var metrics: Metrics { detailed.all }

    /// The metrics of all pictures added, and of those of each class.
    package var detailed: DetailedMetrics {
        var result = DetailedMetrics(all: all.metrics, classes: classes.map(\.metrics))
        if task == .regression { result.all.errors = numbers.map(\.errors) }
        if task == .multiLabel {
            for label in scores.indices {
                result.classes[label].meanAveragePrecision = AveragePrecision.area(
                    scores[label], isPositive[label])
            }
            let known = result.classes.compactMap(\.meanAveragePrecision)
            result.all.meanAveragePrecision = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
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

/// Sums of one number.
private struct NumberSum: Sendable {
    private var count = 0.0
    private var absolute = 0.0
    private var squares = 0.0
    /// The running mean of the expected numbers, and the sum of their squared distances from it (Welford,
    /// 1962).
    private var mean = 0.0
    private var spread = 0.0

    mutating func add(_ found: Double, _ expected: Double) {
        count += 1
        absolute += abs(found - expected)
        squares += (found - expected) * (found - expected)
        let distance = expected - mean
        mean += distance / count
        spread += distance * (expected - mean)
    }

    var errors: NumberErrors {
        let count = max(count, 1)
        return NumberErrors(
            meanAbsolute: absolute / count, rootMeanSquare: (squares / count).squareRoot(),
            determination: spread > 0 ? 1 - squares / spread : nil)
    }
}
