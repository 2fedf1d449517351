public import Files

/// A plan that cannot be made or run.
public struct ExecutionError: ExplainedError, Hashable {
    public var problem: Problem

    init(_ subject: String, found: String, expected: String? = nil, remedy: String? = nil) {
        problem = Problem(subject, found: found, expected: expected, remedy: remedy)
    }
}
