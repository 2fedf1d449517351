internal import GraftTraining

/// Whether a stage's result becomes the model's, and why.
struct Verdict {
    var isKept: Bool
    var reason: String

    /// Compares what validation says after a stage with what it said before.
    init(_ now: Metrics, before: Metrics?, _ stage: Stage) {
        guard let before else {
            isKept = true
            reason = "it is the first stage"
            return
        }
        let isBetter = now.loss < before.loss && !(now.score < before.score)
        isKept = isBetter || !stage.isKeptOnlyIfBetter
        let losses = "validation loss \(before.loss.short) to \(now.loss.short)"
        let scores = "\(now.scoreName) \(before.score.short) to \(now.score.short)"
        reason = "\(losses), \(scores)" + (isKept && !isBetter ? ": kept because the recipe says so" : "")
    }
}

extension Double {
    /// The number with four digits behind the point at most.
    fileprivate var short: String { "\((self * 10_000).rounded() / 10_000)" }
}
