package import GraftExecution
internal import GraftFiles
package import GraftNetworks

/// An epoch and the parameters after it.
package struct BestEpoch: Sendable {
    package var report: EpochReport
    package var parameters: ParameterStore
}

/// Where the training of a stage is: all that it takes to go on as if it had never stopped.
package struct StageProgress: Sendable {
    /// The number of whole epochs.
    package var epochs = 0
    /// The number of steps of the epoch under way.
    package var steps = 0
    /// The sum of the losses of the pictures of these steps.
    package var lossSum = 0.0
    /// The trained parameters as they are now.
    package var parameters: ParameterStore
    /// Every whole epoch.
    package var reports: [EpochReport] = []
    /// The epoch that would be kept: see `EpochChoice`.
    package var best: BestEpoch?
    /// What was right at each look at the validation pictures.
    package var looks = Looks()
    /// What the optimizer remembers.
    package var optimizer: OptimizerState
    /// What the learning rate's schedule remembers.
    package var schedule: LearningRateCurve.State
    /// The moving average of the parameters, where one is kept.
    package var average: ParameterAverage.State?
}

/// What training a stage came to.
package struct TrainedStage: Sendable {
    /// The trained parameters after the best epoch.
    package var parameters: ParameterStore
    /// Every epoch.
    package var epochs: [EpochReport]
    /// The epoch that is kept: see `EpochChoice`.
    package var best: EpochReport
    /// What was right at each look at the validation pictures.
    package var looks: Looks
}

extension StageProgress {
    /// Makes sure that training can go on from here: every count is one that so many epochs and steps lead to.
    ///
    /// - Parameter epochs: the greatest number of epochs of the stage.
    /// - Throws: ``TrainingError`` that names what cannot be.
    func check(epochs greatest: Int, stepsPerEpoch: Int) throws(TrainingError) {
        func require(_ isRight: Bool, _ found: String, _ expected: String) throws(TrainingError) {
            if !isRight {
                throw TrainingError(
                    "the checkpoint", found: found, expected: expected, remedy: "Delete it and start again")
            }
        }
        try require(
            (0...greatest).contains(epochs) && reports.count == epochs
                && reports.enumerated().allSatisfy { $1.epoch == $0 + 1 },
            "says that \(epochs) epochs are done, with reports of \(reports.count)",
            "at most \(greatest) epochs, each with its report")
        try require(
            (0...stepsPerEpoch).contains(steps), "says that \(steps) steps of an epoch are done",
            "at most \(stepsPerEpoch)")
        if let best {
            try require(
                (1...max(epochs, 1)).contains(best.report.epoch),
                "says that epoch \(best.report.epoch) was the best", "one of the \(epochs) that are done")
        }
        // Neither product nor sum overflows: a stage has a million epochs at most.
        let taken = epochs * stepsPerEpoch + steps
        for count in [optimizer.step, average?.step ?? taken] {
            try require(
                count == taken, "says that the optimizer took \(count) steps",
                "\(taken), as many as there were")
        }
        try require(
            (0...epochs).contains(schedule.waited) && schedule.reduction.isFinite,
            "has a schedule that waited for \(schedule.waited) epochs", "at most \(epochs)")
    }
}
