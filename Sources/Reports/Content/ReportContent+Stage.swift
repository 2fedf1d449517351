extension ReportContent {
    /// How one stage of training went.
    package struct Stage: Sendable, Codable {
        /// One epoch.
        package struct Epoch: Sendable, Codable {
            /// The loss of the training pictures; `nil` where it is not known.
            package var training: Double?
            /// The loss of the validation pictures.
            package var validation: Double
            /// Top-1, mAP or R².
            package var score: Double?

            /// Creates it from its parts.
            package init(training: Double? = nil, validation: Double, score: Double? = nil) {
                self.training = training
                self.validation = validation
                self.score = score
            }
        }

        /// Its name.
        package var name: String
        /// Whether what it learned is in the model.
        package var isKept: Bool
        /// Why, in words.
        package var reason: String
        /// Its epochs.
        package var epochs: [Epoch]
        /// Which of them was kept, from 0; `nil` where none was.
        package var keptEpoch: Int?

        /// Creates it from its parts.
        package init(
            name: String, isKept: Bool, reason: String, epochs: [Epoch] = [], keptEpoch: Int? = nil
        ) {
            self.name = name
            self.isKept = isKept
            self.reason = reason
            self.epochs = epochs
            self.keptEpoch = keptEpoch
        }
    }
}
