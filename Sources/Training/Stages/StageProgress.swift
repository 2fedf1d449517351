package import GraftExecution
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
    /// The epoch with the lowest validation loss.
    package var best: BestEpoch?
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
    /// The epoch with the lowest validation loss.
    package var best: EpochReport
}
