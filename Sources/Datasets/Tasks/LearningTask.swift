/// What is to be learned from pictures.
///
/// A task is a value: whatever is particular to it stands in its rules, and nothing else asks which task it is.
///
/// ```swift
/// let list = try ListDataset("cells.csv", task: .regression)
/// print(list.task.name)
/// ```
public struct LearningTask: Sendable, Hashable {
    /// What labels of the task are like; for training, its loss, metrics and answers too.
    package let rules: any LabelRules

    /// A task with these rules.
    package init(_ rules: any LabelRules) { self.rules = rules }

    /// Each picture is of one class.
    public static let classification = LearningTask(Classification())
    /// Each picture is of any number of classes, or of none.
    public static let multiLabel = LearningTask(MultiLabel())
    /// Each picture has numbers.
    public static let regression = LearningTask(Regression())
    /// The tasks that Graft comes with, the usual one first.
    package static let builtIn = [classification, multiLabel, regression]

    /// What it is called in files and on the command line, as in "multi-label".
    public var name: String { rules.name }

    /// Whether two tasks are the same one.
    public static func == (first: LearningTask, second: LearningTask) -> Bool { first.name == second.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension LearningTask: Codable {
    /// Where a decoder finds tasks that Graft does not come with, as an array.
    package static let others = CodingUserInfoKey(rawValue: "graft.tasks")

    /// Reads the task's name.
    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        let others = LearningTask.others.flatMap { decoder.userInfo[$0] as? [LearningTask] } ?? []
        guard let task = (LearningTask.builtIn + others).first(where: { $0.name == name }) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(name) is no task"))
        }
        self = task
    }

    /// Writes the task's name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// How many classes a picture has.
package enum ClassesPerPicture: Sendable, Hashable {
    /// None: what is learned are numbers, and a data set's names are theirs.
    case none
    /// Just one.
    case one
    /// Any number of them.
    case any
}

/// What the labels of a task are like: all that a data set, its split and the doctor ask.
package protocol LabelRules: Sendable {
    /// What the task is called in files and on the command line.
    var name: String { get }
    /// How many classes a picture has.
    var classesPerPicture: ClassesPerPicture { get }
}

extension LabelRules {
    /// Whether a data set's names are those of classes.
    package var hasClasses: Bool { classesPerPicture != .none }

    /// What a sentence says before a picture's target.
    var possessive: String {
        switch classesPerPicture {
        case .none: "its numbers are"
        case .one: "its class is"
        case .any: "its classes are"
        }
    }

    /// Whether each class needs pictures of its own to train on before anything can be learned.
    var needsEveryClass: Bool { classesPerPicture == .one }
}
