package import GraftExecution

extension GradientClipping {
    /// The same, as a workspace applies it.
    package var clipping: UpdateStep.Clipping {
        switch self {
        case .norm(let maximum): .norm(maximum)
        case .value(let limit): .value(limit)
        }
    }

    /// Checks that the number is possible.
    ///
    /// - Parameter subject: what an error names: "stage joint: the clipping".
    /// - Throws: `TrainingError`.
    package func check(_ subject: String = "the clipping") throws(TrainingError) {
        let (kind, number) =
            switch self {
            case .norm(let maximum): ("norm", maximum)
            case .value(let limit): ("value", limit)
            }
        guard number > 0, number.isFinite else {
            throw TrainingError(
                subject, found: "is at the \(kind) \(number)", expected: "a number greater than 0")
        }
    }
}
