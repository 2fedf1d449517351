/// An error that tells a person what is wrong, what was expected, and what to do.
///
/// Each floor of Graft has one error type of this kind. Its `description` is one clear sentence, or two where
/// there is a remedy. Who shows it to users words the remedy for them: `Problem.text(_:)`.
///
/// ```swift
/// do { try model.save(to: path) } catch let error as any ExplainedError { print(error.problem.subject) }
/// ```
public protocol ExplainedError: Error, CustomStringConvertible, Sendable {
    /// What happened, in parts.
    var problem: Problem { get }
}

extension ExplainedError {
    /// The problem in one sentence, or two where there is a remedy.
    public var description: String { problem.description }
}

/// What went wrong with one thing, in the parts that every Graft error has.
///
/// `Problem("vgg16.h5: block1_conv1/kernel", found: "has shape [3, 3, 3, 32]", expected: "[3, 3, 3, 64]")`
/// reads "vgg16.h5: block1_conv1/kernel has shape [3, 3, 3, 32]; expected [3, 3, 3, 64]."
///
/// ```swift
/// print(problem.found, problem.expected ?? "")
/// ```
public struct Problem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The file, entry or setting that the problem is about.
    public var subject: String
    /// What was found, worded to follow the subject: "is cut short after 1,024 bytes".
    public var found: String
    /// What was expected instead, if that helps.
    public var expected: String?
    /// What to do: "Download it again".
    public var remedy: Remedy?

    /// A problem with `subject`.
    package init(_ subject: String, found: String, expected: String? = nil, remedy: Remedy? = nil) {
        self.subject = subject
        self.found = found
        self.expected = expected
        self.remedy = remedy
    }

    /// "Subject found; expected this. Remedy.", in the library's words and always in one line: a file may be
    /// called, or hold, anything.
    public var description: String { text(\.description) }

    /// The same with what `words` calls each step of the remedy: for those who speak to a user.
    package func text(_ words: (Remedy.Step) -> String) -> String {
        var text = "\(subject) \(found)"
        if let expected { text += "; expected \(expected)" }
        text += "."
        if let remedy = remedy?.text(words) { text += " \(remedy)\(remedy.hasSuffix("?") ? "" : ".")" }
        return text.shown
    }
}
