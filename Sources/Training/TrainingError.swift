public import Files

/// Settings that training cannot follow.
public struct TrainingError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    package init(_ subject: String, found: String, expected: String? = nil, remedy: String? = nil) {
        problem = Problem(subject, found: found, expected: expected, remedy: remedy)
    }
}
