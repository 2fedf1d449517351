internal import GraftFiles

extension Loss {
    /// Checks that the numbers are possible.
    ///
    /// - Parameter subject: what an error names: "stage joint: the loss".
    /// - Throws: `TrainingError`.
    package func check(_ subject: String = "the loss", labelSmoothing: Float) throws(TrainingError) {
        guard labelSmoothing >= 0, labelSmoothing < 1 else {
            throw TrainingError(
                subject, found: "has label smoothing \(labelSmoothing)",
                expected: "a share of at least 0 and below 1")
        }
        if !isOfClasses, labelSmoothing > 0 {
            throw TrainingError(
                subject, found: "is one of numbers and has label smoothing \(labelSmoothing)",
                remedy: "Leave label smoothing out: numbers have no labels")
        }
        if case .huber(let delta) = self, !(delta > 0 && delta.isFinite) {
            throw TrainingError(
                subject, found: "is Huber's with delta \(delta)", expected: "a number greater than 0")
        }
    }

    /// Whether its targets are classes; numbers else.
    package var isOfClasses: Bool { self == .crossEntropy || self == .binaryCrossEntropy }
}
