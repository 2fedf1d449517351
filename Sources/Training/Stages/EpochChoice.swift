/// Which epoch of a stage is kept.
///
/// The rule: of the epochs whose score is at most one standard error below the greatest until then, the one
/// with the lowest loss. The loss alone would keep an epoch whose answers are fewer right, for it rises where
/// later ones are right and too sure; the score alone would keep whichever was lucky. ("One standard error":
/// Breiman et al., "Classification and Regression Trees", 1984.) Where pictures have numbers, the loss decides.
struct EpochChoice {
    /// The greatest score so far, with its error.
    private var greatest: Metrics?

    /// No epoch yet.
    init(_ reports: [EpochReport] = []) { for report in reports { take(report.validation) } }

    /// Whether an epoch takes the place of the one that was kept until then.
    ///
    /// - Parameter kept: `nil` where there was none.
    mutating func prefers(_ now: Metrics, to kept: Metrics?) -> Bool {
        take(now)
        // Anything is better than a loss that is no number.
        guard let kept, kept.loss.isFinite else { return true }
        guard now.loss.isFinite else { return false }
        let (isGood, wasGood) = (isAmongTheGreatest(now), isAmongTheGreatest(kept))
        return isGood == wasGood ? now.loss < kept.loss : isGood
    }

    private mutating func take(_ metrics: Metrics) {
        if greatest.map({ metrics.score > $0.score }) ?? true { greatest = metrics }
    }

    private func isAmongTheGreatest(_ metrics: Metrics) -> Bool {
        guard metrics.errors == nil, let greatest else { return true }
        return metrics.score >= greatest.score - greatest.scoreError
    }
}
