package import GraftDatasets
internal import GraftFiles
internal import GraftImages

extension Stage {
    /// Checks that the stage's settings are possible and have an effect on data of this kind.
    ///
    /// - Throws: ``TrainingError``, or `ImageError` for an impossible augmentation.
    package func check(for task: LearningTask) throws {
        func subject(_ part: String) -> String { "Stage \(name): the \(part)" }
        try augmentation.check()
        try optimizer.check(subject("optimizer"))
        try schedule.check(subject("schedule"), warmup: warmup, epochs: epochs)
        try clipping?.check(subject("clipping"))
        try mixing?.check(subject("blending"))
        let loss = try loss(for: task)
        try loss.check(subject("loss"), labelSmoothing: labelSmoothing)
        if !task.rules.hasClasses, classWeights != .equal {
            throw TrainingError(
                subject("class weights"), found: "have no effect on numbers", remedy: "Leave them out")
        }
        if let averaging, !(averaging > 0 && averaging < 1) {
            throw TrainingError(
                subject("average"), found: "keeps \(averaging) at each step",
                expected: "a share between 0 and 1")
        }
    }
}
