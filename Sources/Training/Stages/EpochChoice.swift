/// Which epoch of a stage is kept.
///
/// The rule: of the epochs whose score is at most one standard error below the greatest until then, the one
/// with the lowest loss. The loss alone would keep an epoch whose answers are fewer right, for it rises where
/// later ones are right and too sure; the score alone would keep whichever was lucky. ("One standard error":
/// Breiman et al., "Classification and Regression Trees", 1984.) Where pictures have numbers, the loss decides.
package enum EpochChoice {
    /// Whether an epoch takes the place of the one that was kept until then.
    ///
    /// - Parameters:
    ///   - kept: `nil` where there was none.
    ///   - epochs: all until then, this one among them.
    static func prefers(_ now: Metrics, to kept: Metrics?, among epochs: [Metrics]) -> Bool {
        // Anything is better than a loss that is no number.
        guard let kept, kept.loss.isFinite else { return true }
        guard now.loss.isFinite else { return false }
        let greatest = epochs.greatestScore ?? now
        let (isGood, wasGood) = (now.isNear(greatest), kept.isNear(greatest))
        return isGood == wasGood ? now.loss < kept.loss : isGood
    }

    /// The positions of some metrics, the best first, by the same rule: those with a score near the greatest by their
    /// loss, then the others by theirs.
    package static func order(_ metrics: [Metrics]) -> [Int] {
        guard let greatest = metrics.greatestScore else { return [] }
        func isBefore(_ first: Int, _ second: Int) -> Bool {
            let (one, other) = (metrics[first], metrics[second])
            if one.loss.isFinite != other.loss.isFinite { return one.loss.isFinite }
            if one.isNear(greatest) != other.isNear(greatest) { return one.isNear(greatest) }
            return one.loss != other.loss ? one.loss < other.loss : first < second
        }
        return metrics.indices.sorted(by: isBefore)
    }
}

extension Metrics {
    /// Whether the score is so near the greatest that the loss decides.
    fileprivate func isNear(_ greatest: Metrics) -> Bool {
        errors != nil || isAtMostOneErrorBelow(greatest)
    }
}

extension [Metrics] {
    /// The first one of the greatest score.
    fileprivate var greatestScore: Metrics? {
        dropFirst().reduce(first) { greatest, next in
            greatest.map { next.score > $0.score ? next : $0 }
        }
    }
}
