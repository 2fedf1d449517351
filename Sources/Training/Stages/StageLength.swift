/// How long a stage is: so many epochs, of so many steps.
package struct StageLength: Sendable, Hashable, Codable {
    /// The greatest number of epochs.
    package var epochs: Int
    /// The number of steps of an epoch; an epoch takes all pictures where it is `nil`.
    package var epochSteps: Int?

    /// So many epochs, of so many steps.
    package init(epochs: Int, epochSteps: Int? = nil) {
        self.epochs = epochs
        self.epochSteps = epochSteps
    }

    /// So long at least is a stage that cannot be left out.
    package static let least = StageLength(epochs: 1, epochSteps: leastSteps)
    /// Fewer steps than these teach a network nothing that is worth their time.
    fileprivate static let leastSteps = 10
    /// So few epochs at least are made of less time: one more than the first, and one to see that it is no better.
    fileprivate static let fewEpochs = 3
    /// So often all pictures are seen where a stage says its number of steps.
    fileprivate static let passes = 3...20
}

/// How long the parts of a stage take on this machine.
package struct StageSpeed: Sendable, Hashable {
    /// The seconds of one step, with all that is computed for its pictures.
    package var step: Double
    /// The seconds of validation after an epoch.
    package var validation: Double

    /// The speed of a stage.
    init(step: Double, validation: Double) {
        self.step = step
        self.validation = validation
    }

    /// The speed of a stage whose trained part was measured.
    ///
    /// - Parameters:
    ///   - picture: the seconds that are spent on each picture before the trained part reads it, each time anew.
    ///   - batch: the number of pictures of a step.
    ///   - validation: the number of pictures to validate on.
    package init(_ measured: StepMeasurement, picture: Double, batch: Int, validation: Int) {
        let batches = Double((validation + batch - 1) / batch)
        self.init(
            step: measured.stepSeconds + picture * Double(batch),
            validation: batches * measured.evaluationSeconds + picture * Double(validation))
    }

    /// The seconds of an epoch of so many steps.
    package func epoch(steps: Int) -> Double { Double(steps) * step + validation }
}

extension StagePlan {
    /// How long the stage is.
    package var length: StageLength { StageLength(epochs: stage.epochs, epochSteps: epochSteps) }

    /// How many steps an epoch takes where so many pictures are to train on; at least one.
    package func steps(of pictures: Int) -> Int { epochSteps ?? stage.steps(of: pictures) }

    /// The positions of the pictures that an epoch, counted from 1, takes in the endless row in which all of them
    /// come again and again.
    func positions(ofEpoch epoch: Int, of pictures: Int) -> Range<Int> {
        let count = epochSteps.map { $0 * stage.batch(of: pictures) } ?? pictures
        return (epoch - 1) * count..<epoch * count
    }

    /// The same plan for so many pictures to train on: with the epochs that the stage's steps come to.
    package func resolved(forPictures count: Int) -> StagePlan {
        guard let steps = stage.steps else { return self }
        let pass = stage.steps(of: count)
        let whole = min(
            max(steps, StageLength.passes.lowerBound * pass), StageLength.passes.upperBound * pass)
        let epochs = min(stage.epochs, whole)
        return lasting(StageLength(epochs: epochs, epochSteps: (whole - 1) / epochs + 1))
    }

    /// How long the stage is for so many pictures where it may take no more than so many seconds: fewer epochs, and
    /// shorter ones where time is not enough for three. It is `nil` where even those teach nothing.
    ///
    /// The plan is one that was resolved for the pictures.
    func length(within seconds: Double, _ speed: StageSpeed, pictures: Int) -> StageLength? {
        let steps = steps(of: pictures)
        let fitting = max(seconds, 0) / speed.epoch(steps: steps)
        if fitting >= Double(stage.epochs) { return length }
        let few = min(stage.epochs, StageLength.fewEpochs)
        if fitting >= Double(few) { return StageLength(epochs: Int(fitting), epochSteps: epochSteps) }
        let left = max(seconds, 0) / Double(few) - speed.validation
        let shorter = Int(min(max(left / speed.step, 0), Double(steps)))
        let least = min(StageLength.leastSteps, steps * stage.epochs)
        return shorter > 0 && shorter * few >= least ? StageLength(epochs: few, epochSteps: shorter) : nil
    }
    /// The same, and the least length for a stage that cannot be left out: a model has to come out of the first.
    package func lengthToTake(within seconds: Double, _ speed: StageSpeed, pictures: Int) -> StageLength? {
        length(within: seconds, speed, pictures: pictures) ?? (stageNumber == 0 ? .least : nil)
    }
}
