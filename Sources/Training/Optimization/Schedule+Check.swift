internal import GraftFiles

extension Schedule {
    /// Checks that the numbers are possible for a stage.
    ///
    /// - Parameters:
    ///   - warmup: the number of epochs before the schedule starts.
    ///   - subject: what an error names: "stage joint: the schedule".
    /// - Throws: `TrainingError`.
    package func check(_ subject: String = "the schedule", warmup: Double, epochs: Int) throws(TrainingError)
    {
        func flaw(_ found: String, _ expected: String? = nil, _ remedy: Remedy? = nil) -> TrainingError {
            TrainingError(subject, found: found, expected: expected, remedy: remedy)
        }
        guard warmup >= 0, warmup < Double(epochs) else {
            throw flaw(
                "has a warm-up of \(warmup) epochs in \(epochs)", "at least 0 and fewer than all of them")
        }
        switch self {
        case .constant: break
        case .step(let every, let factor):
            guard every > 0 else { throw flaw("steps every \(every) epochs", "at least 1") }
            guard factor > 0, factor < 1 else {
                throw flaw("has the factor \(factor) a step", "a number between 0 and 1")
            }
            guard Double(every) < Double(epochs) - warmup else {
                throw flaw(
                    "steps every \(every) epochs, but only \(epochs) are to be trained, \(warmup) of them warm-up",
                    nil, "Train longer, or step more often")
            }
        case .cosine(let final):
            guard final >= 0, final < 1 else {
                throw flaw("falls to \(final) of the learning rate", "a share of at least 0 and below 1")
            }
        case .oneCycle(let rise):
            guard rise > 0, rise < 1 else {
                throw flaw("rises for \(rise) of the steps", "a share between 0 and 1")
            }
            guard warmup == 0 else {
                throw flaw("is one cycle, which rises by itself", nil, "Leave the warm-up out")
            }
        case .reduceOnPlateau(let patience, let factor):
            guard patience > 0 else {
                throw flaw("is reduced after \(patience) epochs without a lower loss", "at least 1")
            }
            guard factor > 0, factor < 1 else {
                throw flaw("is reduced by the factor \(factor)", "a number between 0 and 1")
            }
            guard patience < epochs else {
                throw flaw(
                    "is reduced after \(patience) epochs without a lower loss, but only \(epochs) are to be trained",
                    nil, "Train longer, or be less patient")
            }
        }
    }
}
