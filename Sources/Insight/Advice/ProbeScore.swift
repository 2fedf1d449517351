internal import GraftDatasets
internal import GraftTraining

/// How well labels were told from features.
struct ProbeScore: Sendable {
    let metrics: Metrics
    /// Whether each picture was right; empty where that cannot be said.
    let hits: [Bool]
    private let answers: [[Float]]
    private let pictures: ProbePictures

    /// That of some answers.
    ///
    /// - Throws: where the task cannot be learned.
    init(_ answers: [[Float]], _ pictures: ProbePictures) throws {
        let all = try Self.detailed(answers, pictures, Array(answers.indices))
        (metrics, hits) = (all.all, all.hits)
        (self.answers, self.pictures) = (answers, pictures)
    }

    /// What the score may truly be, at 95 %.
    func interval() throws -> ClosedRange<Double> {
        guard hits.isEmpty else { return metrics.top1Interval }
        let bounds = try Intervals.bootstrap(count: answers.count) { drawn in
            try Self.detailed(answers, pictures, drawn).all.score
        }
        guard let bounds else { return min(metrics.score, 0)...1 }
        // Pictures that are drawn twice make a mean average precision greater: only the width counts.
        let half = (bounds.upperBound - bounds.lowerBound) / 2
        return metrics.score - half...min(metrics.score + half, 1)
    }

    private static func detailed(
        _ answers: [[Float]], _ pictures: ProbePictures, _ chosen: [Int]
    ) throws -> DetailedMetrics {
        var fold = try pictures.task.learning().metrics(width: pictures.width)
        for picture in chosen { fold.add(answers[picture], pictures.targets[picture], loss: 0) }
        return fold.detailed
    }

    /// Whether it is better than another one on the same pictures, by more than chance and by more than `margin`.
    func isClearlyBetter(than other: ProbeScore, by margin: Double) throws -> Bool {
        let difference = metrics.score - other.metrics.score
        guard difference > margin else { return false }
        guard hits.isEmpty else {
            let pairs = zip(hits, other.hits)
            let (won, lost) = (pairs.count { $0 && !$1 }, pairs.count { !$0 && $1 })
            // Two standard errors of the difference of paired shares.
            return Double(won - lost) > 2 * Double(won + lost).squareRoot()
        }
        let bounds = try Intervals.bootstrap(count: answers.count) { drawn in
            try Self.detailed(answers, pictures, drawn).all.score
                - Self.detailed(other.answers, other.pictures, drawn).all.score
        }
        return (bounds?.lowerBound ?? 0) > 0
    }
}
