internal import GraftTraining

/// Whether a stage's result becomes the model's, and why.
///
/// The rule: a stage is better where validation gives it the greater score (top-1, mAP or R²), or a lower loss
/// and a score that is at most one standard error lower. The loss alone does not decide, for it rises where
/// answers are right and too sure.
struct Verdict {
    let isKept: Bool
    /// What was compared, and what the difference means.
    let reason: String

    /// Compares what validation says after a stage with what it said before.
    init(_ now: Metrics, before: Metrics?, _ stage: Stage) {
        guard let before else {
            isKept = true
            reason = "it is the first stage"
            return
        }
        let isBetter =
            now.score > before.score
            || now.isAtMostOneErrorBelow(before) && now.loss < before.loss
        isKept = isBetter || !stage.isKeptOnlyIfBetter
        let scores = "\(now.scoreName) \(Verdict.change(before.score, now.score))"
        let losses = "loss \(Verdict.change(before.loss, now.loss))"
        reason =
            scores + (Verdict.meaning(now, before: before).map { " (\($0))" } ?? "") + ", \(losses)"
            + (isKept && !isBetter ? "; kept because the recipe says so" : "")
    }

    /// Two numbers with as many digits as tell them apart.
    private static func change(_ before: Double, _ now: Double) -> String {
        for digits in [3, 4, 6] {
            let (first, second) = (before.rounded(to: digits), now.rounded(to: digits))
            if first != second { return "\(first) to \(second)" }
        }
        return before == now ? "\(now.rounded(to: 3)) as before" : "\(now.rounded(to: 6)), nearly as before"
    }

    /// With how many pictures a difference in top-1 is, and whether it is more than chance; `nil` for other
    /// scores.
    private static func meaning(_ now: Metrics, before: Metrics) -> String? {
        guard now.errors == nil, now.meanAveragePrecision == nil, now.images == before.images,
            now.images > 0
        else { return nil }
        let count = Double(now.images)
        let difference = ((now.top1 - before.top1) * count).rounded()
        guard difference != 0 else { return "of \(now.images) pictures" }
        let more = difference > 0 ? "more" : "fewer"
        let pictures = "\(Int(difference.magnitude)) of \(now.images) pictures \(more) right"
        return isMoreThanChance(now, before: before) ? pictures : "\(pictures), which may be chance"
    }

    /// Whether two shares differ by more than two of equally good models would, 95 times of 100: a z-test of two
    /// proportions. Both are of the same pictures, so this says "chance" rather too often than too rarely.
    static func isMoreThanChance(_ now: Metrics, before: Metrics) -> Bool {
        let pooled = (now.top1 + before.top1) / 2
        let deviation = (2 * pooled * (1 - pooled) / Double(max(now.images, 1))).squareRoot()
        return (now.top1 - before.top1).magnitude > 1.959964 * deviation
    }
}

extension Double {
    /// The number with so many digits behind the point.
    fileprivate func rounded(to digits: Int) -> Double {
        let power = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        return (self * power).rounded() / power
    }
}
