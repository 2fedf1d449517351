/// Which epoch of a stage is kept.
///
/// The rule: of the epochs whose score is at most one standard error below the greatest until then, the one
/// with the lowest loss. The loss alone would keep an epoch whose answers are fewer right, for it rises where
/// later ones are right and too sure; the score alone would keep whichever was lucky. ("One standard error":
/// Breiman et al., "Classification and Regression Trees", 1984.) Where pictures have numbers, the loss decides.
enum EpochChoice {
    /// Whether an epoch takes the place of the one that was kept until then.
    ///
    /// - Parameters:
    ///   - kept: `nil` where there was none.
    ///   - epochs: all until then, this one among them.
    static func prefers(_ now: Metrics, to kept: Metrics?, among epochs: [Metrics]) -> Bool {
        // Anything is better than a loss that is no number.
        guard let kept, kept.loss.isFinite else { return true }
        guard now.loss.isFinite else { return false }
        let greatest = epochs.reduce(now) { $1.score > $0.score ? $1 : $0 }
        func isGood(_ metrics: Metrics) -> Bool {
            metrics.errors != nil || metrics.isAtMostOneErrorBelow(greatest)
        }
        return isGood(now) == isGood(kept) ? now.loss < kept.loss : isGood(now)
    }
}
