import GraftTraining

extension Metrics {
    /// What they say in a line: "top-1 0.990 (95% between 0.972 and 0.996)".
    var words: String {
        if let errors {
            let mean = errors.map(\.meanAbsolute).reduce(0, +) / Double(max(errors.count, 1))
            return "R² \(score.share), mean absolute error \(mean.share)"
        }
        if meanAveragePrecision != nil { return "mAP \(score.share)" }
        let interval = top1Interval
        return
            "top-1 \(top1.share) (95% between \(interval.lowerBound.share) and \(interval.upperBound.share))"
    }

    /// The one number that counts, with its name: "top-1 0.990".
    var shortWords: String { "\(scoreName) \(score.share)" }
}
