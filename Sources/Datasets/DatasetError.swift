public import GraftFiles

/// A data set that cannot be used as asked.
///
/// ```swift
/// do { _ = try ImageFolder("photos") } catch let error as DatasetError { print(error.code) }
/// ```
public struct DatasetError: ExplainedError, Hashable {
    /// The kinds of failure a caller may want to tell apart.
    ///
    /// ```swift
    /// if error.code == .noPictures { print("an empty folder") }
    /// ```
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// The folder is missing or cannot be read.
        case unreadable
        /// There is no picture at all.
        case noPictures
        /// There are pictures, but no folders to tell their classes.
        case noClasses
        /// There is only one class to choose from.
        case oneClass
        /// A class has too few pictures to learn from and to validate with.
        case tooFewPictures
        /// A class has no pictures to learn from.
        case untrainedClass
        /// The layout allows more than one reading.
        case ambiguous
        /// An IDX file contradicts its format or its companion.
        case badRecords
        /// A file is left out where that is not allowed.
        case leftOut
        /// A number asked for makes no sense for the data.
        case badRequest
    }

    /// The kind of failure.
    public var code: Code
    /// What is wrong, in the parts that every error of Graft has.
    public var problem: Problem

    /// An error with a code of Graft's own wording.
    package init(_ code: Code, _ problem: Problem) {
        self.code = code
        self.problem = problem
    }

    init(_ error: FileError) {
        self.init(.unreadable, error.problem)
    }
}
