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

    /// What ``score`` is called.
    public var scoreName: String { errors != nil ? "R²" : meanAveragePrecision != nil ? "mAP" : "top-1" }
}
