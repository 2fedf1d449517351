package import GraftDatasets
internal import GraftTensors

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What is right for each picture, and what is minimised.
package struct Objective: Sendable {
    /// What is learned.
    package let task: LearningTask
    /// The names of the outputs.
    package let outputs: [String]
    /// What is right for each picture.
    package let targets: [Target]
    /// What is minimised.
    package let loss: Loss
    /// How numbers become what the network is trained to give; `nil` where there are none.
    package let standardization: Standardization?
    /// Whether the network gives standardised numbers, as in training, or the user's own, as a saved model
    /// does.
    package let givesStandardized: Bool
    private let labelSmoothing: Float
    private let classWeights: [Float]

    /// An objective.
    ///
    /// - Throws: ``TrainingError`` where the loss does not fit the task, or class weights name a class that
    ///   is none.
    package init(
        _ task: LearningTask, outputs: [String], targets: [Target], stage: Stage, training: [Int],
        standardization: Standardization? = nil, givesStandardized: Bool = true
    ) throws {
        self.task = task
        self.outputs = outputs
        self.targets = targets
        self.standardization = standardization
        self.givesStandardized = givesStandardized
        loss = try stage.loss(for: task)
        labelSmoothing = stage.labelSmoothing
        var counts = [Int](repeating: 0, count: outputs.count)
        for picture in training {
            for label in targets[picture].positives { counts[label] += 1 }
        }
        classWeights = try stage.classWeights.weights(
            counts: counts, names: outputs, subject: "Stage \(stage.name): the class weights")
    }

    /// The targets of some pictures, as the loss takes them.
    func targets(of pictures: [Int]) -> BatchTargets {
        switch task {
        case .classification:
            return .labels(pictures.map { targets[$0].positives.first ?? 0 })
        case .multiLabel:
            return .rows(pictures.flatMap { targets[$0].indicators(outputs.count) }, count: pictures.count)
        case .regression:
            return .rows(pictures.flatMap { standardized(targets[$0].values) }, count: pictures.count)
        }
    }

    private func standardized(_ values: [Float]) -> [Float] {
        standardization?.standardized(values) ?? values
    }

    /// How much each of these pictures counts.
    func weights(of pictures: [Int]) -> [Float] {
        pictures.map { targets[$0].positives.map { classWeights[$0] }.max() ?? 1 }
    }

    /// The sum of the losses of a batch, and its gradient.
    func loss(
        _ output: Span<Float>, _ targets: BatchTargets, weights: [Float], gradient: inout MutableSpan<Float>
    ) -> LossSum {
        loss.sum(
            output, width: outputs.count, targets: targets, labelSmoothing: labelSmoothing, weights: weights,
            gradient: &gradient)
    }

    /// Adds what the network gave for some pictures to a sum of metrics.
    func add(_ output: Span<Float>, pictures: [Int], to sum: inout MetricsSum) {
        for (row, picture) in pictures.enumerated() {
            var values = (0..<outputs.count).map { output[row * outputs.count + $0] }
            if !givesStandardized { values = standardized(values) }
            sum.add(values, targets[picture])
        }
    }

    /// The metrics of classes' probabilities, one row a picture, of which these count.
    ///
    /// Probabilities become the logits that a network would have given for them: log p, or log p − log(1 − p)
    /// where each class is for itself; a probability of 0 counts as the least that a number in 32 bits can
    /// be.
    package func metrics(ofProbabilities rows: FeatureMatrix, pictures: [Int]) -> DetailedMetrics {
        var sum = metricsSum
        let all = rows.allRows
        for picture in pictures {
            let logits = all[picture].map { probability in
                let own = log(max(probability, .leastNormalMagnitude))
                return task == .multiLabel ? own - log(max(1 - probability, .leastNormalMagnitude)) : own
            }
            sum.add(logits, targets[picture])
        }
        return sum.detailed
    }

    /// A sum of metrics to begin with.
    var metricsSum: MetricsSum {
        MetricsSum(task, outputs: outputs.count, loss: loss, standardization: standardization)
    }
}

/// The mean and spread of numbers over the training pictures, by which they are brought to the same size.
public struct Standardization: Sendable, Hashable, Codable {
    /// The mean of each number.
    public var mean: [Float]
    /// The standard deviation of each number; 1 for one that is always the same.
    public var deviation: [Float]

    /// Numbers that stay what they are.
    package init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }

    /// That of the numbers of these pictures.
    package init(of rows: [[Float]], width: Int) {
        let count = Double(max(rows.count, 1))
        let means = (0..<width).map { column in rows.reduce(0.0) { $0 + Double($1[column]) } / count }
        mean = means.map { Float($0) }
        deviation = (0..<width).map { column in
            let squares = rows.reduce(0.0) { sum, row in
                let difference = Double(row[column]) - means[column]
                return sum + difference * difference
            }
            let deviation = Float((squares / count).squareRoot())
            return deviation > 0 ? deviation : 1
        }
    }

    /// What the network is trained to give.
    package func standardized(_ values: [Float]) -> [Float] {
        values.indices.map { (values[$0] - mean[$0]) / deviation[$0] }
    }

    /// What the user means.
    package func restored(_ values: [Float]) -> [Float] {
        values.indices.map { values[$0] * deviation[$0] + mean[$0] }
    }
}

extension Target {
    /// The classes that are right.
    package var positives: [Int] {
        switch self {
        case .label(let label): [label]
        case .labels(let labels): labels
        case .numbers: []
        }
    }

    /// The numbers.
    package var values: [Float] {
        if case .numbers(let numbers) = self { numbers } else { [] }
    }

    /// 1 for each class that is right, 0 for the others.
    package func indicators(_ count: Int) -> [Float] {
        var row = [Float](repeating: 0, count: count)
        for label in positives { row[label] = 1 }
        return row
    }
}

extension Stage {
    /// What is minimised: what the stage says, or the usual for the task.
    package func loss(for task: LearningTask) throws -> Loss {
        let usual: Loss =
            switch task {
            case .classification: .crossEntropy
            case .multiLabel: .binaryCrossEntropy
            case .regression: .meanSquaredError
            }
        guard let loss else { return usual }
        let fits =
            switch (task, loss) {
            case (.classification, .crossEntropy), (.multiLabel, .binaryCrossEntropy): true
            case (.regression, .meanSquaredError), (.regression, .meanAbsoluteError), (.regression, .huber):
                true
            default: false
            }
        guard fits else {
            throw TrainingError(
                "Stage \(name)", found: "minimises another loss than data for \(task.rawValue) has",
                expected: task == .regression ? "one for numbers" : "\(usual)", remedy: "Leave the loss out")
        }
        return loss
    }
}
