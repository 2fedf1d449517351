package import GraftDatasets
internal import GraftFiles
internal import GraftTensors

/// What is right for each picture, and what is minimised.
package struct Objective: Sendable {
    /// What is particular to the task.
    package let rules: any LearningRules
    /// The names of the outputs.
    package let outputs: [String]
    /// What is right for each picture.
    package let targets: [Target]
    /// What is minimised.
    package let loss: Loss
    /// How numbers become what the network is trained to give; `nil` where there are none.
    package let standardization: Standardization?
    private let labelSmoothing: Float
    private let classWeights: [Float]

    /// An objective.
    ///
    /// - Throws: ``TrainingError`` where the loss does not fit the task, or class weights name a class that is
    ///   none.
    package init(
        _ task: LearningTask, outputs: [String], targets: [Target], stage: Stage, training: [Int],
        standardization: Standardization? = nil
    ) throws {
        rules = try task.learning()
        self.outputs = outputs
        self.targets = targets
        self.standardization = standardization
        loss = try stage.loss(for: task)
        labelSmoothing = stage.labelSmoothing
        var counts = [Int](repeating: 0, count: outputs.count)
        for picture in training {
            for label in targets[picture].classes { counts[label] += 1 }
        }
        classWeights = try stage.classWeights.weights(
            counts: counts, names: outputs, subject: "Stage \(stage.name): the class weights")
    }

    /// The targets of some pictures, as the loss takes them.
    func targets(of pictures: [Int]) -> BatchTargets {
        rules.batch(pictures.map { targets[$0] }, width: outputs.count, standardization)
    }

    /// How much each of these pictures counts.
    func weights(of pictures: [Int]) -> [Float] {
        pictures.map { targets[$0].classes.map { classWeights[$0] }.max() ?? 1 }
    }

    /// The sum of the losses of a batch, and its gradient.
    func loss(
        _ output: Span<Float>, _ targets: BatchTargets, weights: [Float], gradient: inout MutableSpan<Float>
    ) -> LossSum {
        loss.sum(
            output, width: outputs.count, targets: targets, labelSmoothing: labelSmoothing, weights: weights,
            gradient: &gradient)
    }

    /// Adds what the network gave for some pictures, logits or standardised numbers, to metrics.
    func add(_ output: Span<Float>, pictures: [Int], to metrics: inout any MetricsFold) {
        for (row, picture) in pictures.enumerated() {
            let values = (0..<outputs.count).map { output[row * outputs.count + $0] }
            let own = loss.evaluate(values.span, width: values.count, targets: targets(of: [picture]))
            metrics.add(standardization?.restored(values) ?? values, targets[picture], loss: own)
        }
    }

    /// Metrics of no picture yet.
    var metrics: any MetricsFold { rules.metrics(width: outputs.count) }
}

extension Target {
    /// 1 for each class that is right, 0 for the others.
    package func indicators(_ count: Int) -> [Float] {
        var row = [Float](repeating: 0, count: count)
        for label in classes { row[label] = 1 }
        return row
    }
}

extension Stage {
    /// What is minimised: what the stage says, or the usual for the task.
    package func loss(for task: LearningTask) throws -> Loss {
        let rules = try task.learning()
        guard let loss else { return rules.usualLoss }
        guard rules.takes(loss) else {
            throw TrainingError(
                "Stage \(name)", found: "minimises another loss than data for \(task.name) has",
                expected: rules.lossWords, remedy: "Leave the loss out")
        }
        return loss
    }
}
