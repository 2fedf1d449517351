extension ReportContent {
    /// How far off one number is.
    package struct NumberRow: Sendable, Codable {
        /// The number.
        package var name: String
        /// The mean of the errors' sizes, in the units of the data.
        package var meanAbsolute: Double
        /// The root of the errors' mean square.
        package var rootMeanSquare: Double
        /// R²; `nil` where all right values are the same.
        package var determination: Double?
        /// Right values and answers, at most 2000 pairs: for a chart.
        package var points: [[Double]]

        /// Creates it from its parts.
        package init(
            name: String, meanAbsolute: Double, rootMeanSquare: Double,
            determination: Double? = nil, points: [[Double]] = []
        ) {
            self.name = name
            self.meanAbsolute = meanAbsolute
            self.rootMeanSquare = rootMeanSquare
            self.determination = determination
            self.points = points
        }
    }
}
