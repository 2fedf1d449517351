package import GraftFiles

/// A weight file that cannot be read, or weights that cannot be written.
package struct WeightFileError: ExplainedError, Hashable {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Sendable, Hashable {
        /// The file is of no format that Graft reads.
        case unknownFormat
        /// The file is cut short, or contradicts itself or its format.
        case damaged
        /// The file names code to be run, which Graft never does.
        case forbidden
        /// The file is sound, but holds something that Graft does not read.
        case unsupported
        /// The file would take an absurd amount of memory or time for its size.
        case excessive
        /// The file holds no named tensors.
        case empty
        /// The weights cannot be put into a file of the format as they are named.
        case unwritable
    }

    /// The kind of failure.
    package var code: Code
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    /// An error with a code.
    package init(_ code: Code, _ problem: Problem) {
        self.code = code
        self.problem = problem
    }
}

extension WeightFileError {
    /// The file contradicts itself or its format.
    static func damaged(_ subject: String, _ found: String, expected: String? = nil) -> WeightFileError {
        let problem = Problem(
            subject, found: found, expected: expected,
            remedy: "The file is damaged: download it again, or write it again")
        return WeightFileError(.damaged, problem)
    }

    /// The file ends too early.
    static func cutShort(_ subject: String, at end: Int, needed: String) -> WeightFileError {
        let problem = Problem(
            subject, found: "is cut short after \(end) bytes", expected: needed, remedy: "Download it again")
        return WeightFileError(.damaged, problem)
    }

    /// The file names a function or a class that is not known.
    static func forbidden(_ subject: String, _ name: String, _ remedy: Remedy) -> WeightFileError {
        WeightFileError(
            .forbidden,
            Problem(
                subject, found: "names \(name), which Graft never runs",
                expected: "tensors and plain containers only", remedy: remedy))
    }

    /// The content cannot be put into a file of the format.
    static func unwritable(
        _ subject: String, _ found: String, expected: String? = nil, remedy: Remedy? = nil
    ) -> WeightFileError {
        WeightFileError(
            .unwritable, Problem(subject, found: found, expected: expected, remedy: remedy))
    }

    /// The file would take more memory, or more steps, than one of its size ever needs.
    static func excessive(_ subject: String, _ found: String, limit: String) -> WeightFileError {
        let problem = Problem(
            subject, found: found, expected: limit,
            remedy: "Use the file only if you know who made it and why")
        return WeightFileError(.excessive, problem)
    }

    /// The file has elements of a type that tensors do not have here.
    static func unsupportedElementType(_ subject: String, _ type: String) -> WeightFileError {
        let problem = Problem(
            subject, found: "has elements of type \(type), which Graft does not read",
            expected: "float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8 or bool",
            remedy: "Convert it to one of these types")
        return WeightFileError(.unsupported, problem)
    }
}
