package import GraftFiles

/// A model that cannot be written in the format that was asked for.
package struct ExportError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    /// An error about `subject`.
    package init(_ subject: String, found: String, expected: String? = nil, remedy: Remedy? = nil) {
        problem = Problem(subject, found: found, expected: expected, remedy: remedy)
    }
}
