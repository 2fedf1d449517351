package import GraftFiles

/// Settings that training cannot follow, or a recipe that cannot be read or does not fit a network.
package struct TrainingError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    /// An error about `subject`.
    package init(_ subject: String, found: String, expected: String? = nil, remedy: Remedy? = nil) {
        problem = Problem(subject, found: found, expected: expected, remedy: remedy)
    }
}
