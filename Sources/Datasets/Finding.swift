/// One thing about a data set that its owner should know.
///
/// ```swift
/// for finding in report.findings where finding.severity == .leftOut { print(finding.message) }
/// ```
public struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What a finding means for training, gravest first.
    ///
    /// ```swift
    /// if finding.severity == .leftOut { print(finding.message) }
    /// ```
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// The file cannot be used and is left out.
        case leftOut
        /// The data can be used, but the result may mislead.
        case warning
        /// Nothing is wrong, but something is worth knowing.
        case note
    }

    /// What was found.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case unreadable, empty, cutShort, damaged, notAPicture, unsupported, tooLarge, badTarget
        case blank, faint, mistakenFormat, duplicate, conflictingLabels, leakage, obstacle, smallClass
        case imbalance, missingInPart, emptyClass, constantNumber, ignoredObjects, unnamedClasses
        case outsideSquare
        /// A picture that is nearly the same as another, or its mirror image, or turned.
        case nearDuplicate
        /// A picture whose class is probably another one.
        case wrongLabel
        /// A picture unlike all others.
        case outlier
        case blurred, dark
        /// Something other than what pictures show tells their class.
        case revealing
        case unusedColumn, unusedFile, deadLink, secondName
        /// How something was read that could be read otherwise.
        case reading
    }

    /// What it means for training.
    public let severity: Severity
    /// What was found.
    package let kind: Kind
    /// The file it is about, relative to the data set's root, if it is about one.
    public let path: String?
    /// The other file, where it is about two.
    public var other: String?
    /// How sure it is, or how far from the others: findings of one kind are sorted by it.
    public var score: Double?
    /// One sentence.
    public let message: String

    /// A finding.
    package init(
        severity: Severity, kind: Kind, path: String?, other: String? = nil, score: Double? = nil,
        message: String
    ) {
        (self.severity, self.kind, self.path) = (severity, kind, path)
        (self.other, self.score, self.message) = (other, score, message)
    }

    /// The sentence.
    public var description: String { message }
}
