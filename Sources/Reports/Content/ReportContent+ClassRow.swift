extension ReportContent {
    /// What the model does on one class.
    package struct ClassRow: Sendable, Codable {
        /// The class.
        package var name: String
        /// How many pictures are of it.
        package var support: Int
        /// Of the pictures that the model says are of it, the share that are; `nil` where it says so of none.
        package var precision: Double?
        /// Of its pictures, the share that the model says are of it; `nil` where it has none.
        package var recall: Double?
        /// The harmonic mean of both.
        package var f1: Double?
        /// The average precision, where pictures have any number of classes.
        package var averagePrecision: Double?
        /// From which share on a picture counts as of it, where pictures have any number of classes.
        package var threshold: Double?

        /// Creates it from its parts.
        package init(
            name: String, support: Int, precision: Double? = nil, recall: Double? = nil,
            f1: Double? = nil, averagePrecision: Double? = nil, threshold: Double? = nil
        ) {
            self.name = name
            self.support = support
            self.precision = precision
            self.recall = recall
            self.f1 = f1
            self.averagePrecision = averagePrecision
            self.threshold = threshold
        }
    }
}
