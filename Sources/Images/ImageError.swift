package import GraftFiles

/// A picture that cannot be read, or preprocessing that cannot be done.
package struct ImageError: ExplainedError, Hashable {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file is missing, or the system refuses to read it.
        case unreadable
        /// The machine could not read the file, whatever it is.
        case machine
        /// The file has no bytes.
        case empty
        /// The file ends before the picture does.
        case cutShort
        /// The file is whole but its content makes no picture.
        case damaged
        /// The file holds something else, such as text.
        case notAPicture
        /// The file holds a picture of a kind that Graft does not read.
        case unsupported
        /// The picture takes more than reading one picture may take.
        case tooLarge
        /// The file is not the one that was read before.
        case changed
        /// The description of a preprocessing contradicts itself.
        case badPreprocessing
        /// The description of an augmentation cannot be read, or asks for the impossible.
        case badAugmentation
        /// A picture cannot be written.
        case unwritable
    }

    /// The kind of failure.
    package var code: Code
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    /// An error with a code of Graft's own wording.
    package init(_ code: Code, _ problem: Problem) {
        self.code = code
        self.problem = problem
    }

    /// The failure to read a picture's file.
    init(_ error: FileError) {
        self.init(error.code == .machine ? .machine : .unreadable, error.problem)
    }

    static func empty(_ name: String) -> ImageError {
        ImageError(.empty, Problem(name, found: "is empty", remedy: "Replace or remove it"))
    }

    static func cutShort(_ name: String, _ format: ImageFormat) -> ImageError {
        let found = "is cut short: its end is missing from the \(format.name) data"
        return ImageError(.cutShort, Problem(name, found: found, remedy: "Copy or download it again"))
    }

    static func damaged(_ name: String, _ format: ImageFormat) -> ImageError {
        let found = "is damaged: its \(format.name) data cannot be decoded"
        return ImageError(.damaged, Problem(name, found: found, remedy: "Copy or download it again"))
    }

    static func notAPicture(_ name: String, found: String) -> ImageError {
        let problem = Problem(
            name, found: "is not a picture but \(found)", expected: ImageFormat.expectation,
            remedy: "Replace or remove it")
        return ImageError(.notAPicture, problem)
    }

    static func unsupported(_ name: String, found: String) -> ImageError {
        let problem = Problem(
            name, found: found, remedy: "Convert it to PNG or JPEG with 8 bits a sample")
        return ImageError(.unsupported, problem)
    }

    static func tooLarge(_ name: String, found: String, expected: String?) -> ImageError {
        let problem = Problem(
            name, found: found, expected: expected,
            remedy: "Scale it down, or remove it, or allow more with \(.setting(.maxPixels))")
        return ImageError(.tooLarge, problem)
    }
}

extension HeaderFlaw {
    /// The flaw as an error about a file.
    func about(_ name: String, _ format: ImageFormat) -> ImageError {
        switch self {
        case .cutShort: .cutShort(name, format)
        case .damaged: .damaged(name, format)
        case .unsupported(let found): .unsupported(name, found: found)
        }
    }
}
