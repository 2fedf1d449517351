/// The scores of one class in falling order, with which of them belong to pictures of the class.
///
/// Pictures with equal scores form one step: no threshold can separate them.
struct RankedScores: Sendable {
    /// All pictures at or above one score.
    struct Step: Sendable {
        /// The score.
        var score: Float
        /// How many pictures of the class are at or above the score.
        var truePositives: Int
        /// How many other pictures are at or above the score.
        var falsePositives: Int
    }

    /// One step for each different score, the highest first.
    let steps: [Step]

    /// Sorts scores. What is no number counts as the lowest score.
    init(scores: [Float], isPositive: [Bool]) {
        precondition(scores.count == isPositive.count, "One score for each picture")
        // The score's bits, in an order that is that of the scores, and below them whether it is positive:
        // plain numbers are sorted fast.
        var keys = [UInt64](repeating: 0, count: scores.count)
        for index in scores.indices {
            // Adding zero turns -0 into 0, which is equal but has other bits.
            let bits = (Probabilities.known(scores[index]) + 0).bitPattern
            let ordered = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
            keys[index] = UInt64(ordered) << 1 | (isPositive[index] ? 1 : 0)
        }
        keys.sort()
        var steps: [Step] = []
        var step = Step(score: 0, truePositives: 0, falsePositives: 0)
        for position in keys.indices.reversed() {
            if keys[position] & 1 == 1 { step.truePositives += 1 } else { step.falsePositives += 1 }
            guard position == 0 || keys[position - 1] >> 1 != keys[position] >> 1 else { continue }
            let ordered = UInt32(truncatingIfNeeded: keys[position] >> 1)
            step.score = Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7FFF_FFFF : ~ordered)
            steps.append(step)
        }
        self.steps = steps
    }

    /// How many pictures are of the class.
    var positives: Int { steps.last?.truePositives ?? 0 }

    /// How many pictures are not of the class.
    var negatives: Int { steps.last?.falsePositives ?? 0 }

    /// The area below the ROC curve: the probability that a picture of the class has a higher score than
    /// another picture, where equal scores count as half; `nil` without pictures of the class or without
    /// others.
    var rocAUC: Double? {
        guard positives > 0, negatives > 0 else { return nil }
        var pairs = 0.0
        var before = Step(score: 0, truePositives: 0, falsePositives: 0)
        for step in steps {
            let found = Double(step.truePositives + before.truePositives) / 2
            pairs += found * Double(step.falsePositives - before.falsePositives)
            before = step
        }
        return pairs / (Double(positives) * Double(negatives))
    }

    /// Σ (Rₙ − Rₙ₋₁) · Pₙ over falling thresholds, with precision P and recall R, as scikit-learn's
    /// `average_precision_score`; `nil` without pictures of the class.
    var averagePrecision: Double? {
        guard positives > 0 else { return nil }
        var (area, before) = (0.0, 0)
        for step in steps {
            let precision = Double(step.truePositives) / Double(step.truePositives + step.falsePositives)
            area += Double(step.truePositives - before) / Double(positives) * precision
            before = step.truePositives
        }
        return area
    }

    /// The threshold with the highest F1, where scores at or above it count as positive; `nil` without
    /// pictures of the class, or where it would have to be lower than all finite scores.
    ///
    /// It lies halfway between the lowest score that counts as positive and the next lower one. Of thresholds
    /// with the same F1 it is the highest.
    var bestThreshold: Float? {
        guard positives > 0 else { return nil }
        var (best, bestF1) = (0, -1.0)
        for (index, step) in steps.enumerated() {
            let f1 =
                2 * Double(step.truePositives)
                / Double(step.truePositives + step.falsePositives + positives)
            if f1 > bestF1 { (best, bestF1) = (index, f1) }
        }
        let upper = steps[best].score
        guard upper.isFinite else { return nil }
        guard best + 1 < steps.count, steps[best + 1].score.isFinite else { return upper }
        let middle = steps[best + 1].score / 2 + upper / 2
        return middle > steps[best + 1].score ? middle : upper
    }
}
