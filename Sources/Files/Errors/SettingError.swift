/// A setting that cannot be used as it is.
///
/// ```swift
/// do { _ = try learning.schedule() } catch let error as SettingError { print(error) }
/// ```
public struct SettingError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    /// An error about `subject`.
    package init(_ subject: String, found: String, expected: String? = nil, remedy: Remedy? = nil) {
        problem = Problem(subject, found: found, expected: expected, remedy: remedy)
    }
}
