public import GraftFiles

/// A saved model that cannot be read, or a place where none can be saved.
///
/// ```swift
/// do { _ = try ModelBundle.load(path) } catch let error as ModelError { print(error.code) }
/// ```
public struct ModelError: ExplainedError, Hashable {
    /// The kinds of failure a caller may want to tell apart.
    ///
    /// ```swift
    /// if error.code == .damaged { print("copy the model again") }
    /// ```
    public enum Code: Sendable, Hashable {
        /// There is nothing at the path.
        case missing
        /// What is at the path is no model.
        case notAModel
        /// A file of the model is missing, or has another content than when it was saved, or contradicts
        /// another.
        case damaged
        /// The model was saved in a format that only a newer Graft reads.
        case newer
        /// Something that is no model, or more than a model, is where one is to be saved.
        case exists
        /// The parts of a model that is to be saved contradict each other.
        case contradictory
    }

    /// The kind of failure.
    public var code: Code
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    /// An error with a code.
    package init(_ code: Code, _ problem: Problem) {
        self.code = code
        self.problem = problem
    }
}

extension ModelError {
    /// A file of a model is not what it was.
    static func damaged(_ subject: String, _ found: String, expected: String? = nil) -> ModelError {
        let problem = Problem(
            subject, found: found, expected: expected,
            remedy: "Copy the whole model again, or train it again")
        return ModelError(.damaged, problem)
    }
}

/// One thing in a model that contradicts another, worded to follow the name of the part that has it.
struct Flaw: Error, Equatable {
    /// The file of the model that has it.
    let part: BundlePart
    let found: String
    var expected: String?

    init(_ part: BundlePart, _ found: String, expected: String? = nil) {
        self.part = part
        self.found = found
        self.expected = expected
    }
}
