extension Metrics {
    /// One number for how good this is, greater for better: top-1; the mean average precision where pictures
    /// have any number of classes; the mean coefficient of determination where they have numbers.
    public var score: Double {
        if let errors {
            let known = errors.compactMap(\.determination)
            return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
        }
        return meanAveragePrecision ?? top1
    }

    /// Whether the ``score`` is no more than one standard error lower than another one.
    package func isAtMostOneErrorBelow(_ other: Metrics) -> Bool { score >= other.score - other.scoreError }

    /// The standard error of a ``score`` that is a share: how far chance alone may well move it. It is that of
    /// Agresti and Coull (1998), with two more pictures that are right and two that are wrong, so that it is not
    /// zero where all are right. Of the mean average precision it is an estimate, as if each picture were right
    /// or wrong.
    private var scoreError: Double {
        guard errors == nil else { return 0 }
        let count = Double(max(images, 0)) + 4
        let share = min(max((score * (count - 4) + 2) / count, 0), 1)
        return (share * (1 - share) / count).squareRoot()
    }

    /// The number of pictures whose class was not named first; `nil` where a picture has any number of classes, or
    /// numbers.
    package var wrongImages: Int? {
        guard errors == nil, meanAveragePrecision == nil else { return nil }
        return images - Int((top1 * Double(images)).rounded())
    }

    /// What ``score`` is called.
    public var scoreName: String { errors != nil ? "R²" : meanAveragePrecision != nil ? "mAP" : "top-1" }
}
