extension ReportContent {
    /// How far shares can be believed.
    package struct Calibration: Sendable, Codable {
        /// Pictures of nearly the same greatest share.
        package struct Bin: Sendable, Codable {
            /// The mean of the greatest shares.
            package var confidence: Double
            /// The share of right answers.
            package var accuracy: Double
            /// How many pictures.
            package var count: Int

            /// Creates it from its parts.
            package init(confidence: Double, accuracy: Double, count: Int) {
                self.confidence = confidence
                self.accuracy = accuracy
                self.count = count
            }
        }

        /// Without empty ones.
        package var bins: [Bin]
        /// The expected calibration error.
        package var error: Double
        /// Between which values the error of a perfectly calibrated model is in 95 % of sets of this size.
        package var band: [Double]
        /// What outputs are divided by; `nil` where nothing was gained by it.
        package var temperature: Double?

        /// Creates it from its parts.
        package init(
            bins: [Bin] = [], error: Double, band: [Double] = [], temperature: Double? = nil
        ) {
            self.bins = bins
            self.error = error
            self.band = band
            self.temperature = temperature
        }
    }
}
