package import GraftFiles

/// A plan that cannot be made or run.
package struct ExecutionError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    init(_ subject: String, found: String, expected: String? = nil, remedy: Remedy? = nil) {
        problem = Problem(subject, found: found, expected: expected, remedy: remedy)
    }
}
