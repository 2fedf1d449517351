internal import GraftFiles
internal import GraftImages

/// How data is to be read where its files allow more than one reading.
///
/// What is left out is chosen by the data. What is set and has no effect on the data that is found is an
/// error.
///
/// ```swift
/// var options = DatasetOptions()
/// options.labelPattern = "{label}.*.jpg"
/// let pets = try DatasetReader.open("pets", options: options)
/// ```
public struct DatasetOptions: Sendable, Hashable, Codable {
    /// What is to be learned; for Pascal VOC one class a picture, for lists what their columns say where it
    /// is `nil`.
    public var task: LearningTask?
    /// Where in a picture's path its class is named, like `{label}.*.jpg`: see `PatternFolder`.
    public var labelPattern: String?
    /// Which object of a Pascal VOC picture says its one class: the largest where it is `nil`.
    public var object: VOCObject?
    /// Which of the two labels of CIFAR-100: the fine ones where it is `nil`.
    public var labels: CIFARLabels?
    /// What separates the labels of a cell in a table: found out where it is `nil`.
    public var labelSeparator: String?

    /// The most pixels that a picture may have; 200 million where it is `nil`.
    ///
    /// The memory that decoding one picture may take grows with it: 3.5 bytes a pixel.
    public var maxPixels: Int?

    /// The given choices.
    public init(
        task: LearningTask? = nil, labelPattern: String? = nil, object: VOCObject? = nil,
        labels: CIFARLabels? = nil, labelSeparator: String? = nil, maxPixels: Int? = nil
    ) {
        self.maxPixels = maxPixels
        self.task = task
        self.labelPattern = labelPattern
        self.object = object
        self.labels = labels
        self.labelSeparator = labelSeparator
    }

    /// What reading a picture may take, where that is chosen.
    ///
    /// - Throws: ``DatasetError`` for a number that cannot be.
    func limits() throws(DatasetError) -> DecodingLimits? {
        guard let maxPixels else { return nil }
        guard maxPixels >= 1 else {
            throw DatasetError(
                .badRequest,
                Problem("The most pixels of a picture", found: "are \(maxPixels)", expected: "at least 1"))
        }
        return DecodingLimits(pixelCount: maxPixels)
    }

    /// The options that only some data has a use for.
    enum Choice: Sendable, Hashable { case labelPattern, object, labels, labelSeparator }

    /// Lets no choice be without effect.
    ///
    /// - Parameters:
    ///   - choice: The one that has an effect on the data.
    ///   - tasks: What can be learned from the data.
    ///   - kind: What the data is, worded to follow "which is".
    /// - Throws: ``DatasetError`` that names the first choice without effect.
    func requireEffect(
        of choice: Choice? = nil, tasks: [LearningTask] = [.classification], on kind: String, at root: String
    ) throws(DatasetError) {
        let choices: [(Choice, String?)] = [
            (.labelPattern, labelPattern.map { "The label pattern \($0)" }),
            (.object, object.map { "The choice of the \($0.rawValue) object" }),
            (.labels, labels.map { "The choice of \($0.rawValue) labels" }),
            (.labelSeparator, labelSeparator.map { "The label separator \($0)" }),
        ]
        for (other, words) in choices where other != choice {
            guard let words else { continue }
            let problem = Problem(
                words, found: "has no effect on \(root), which is \(kind)", remedy: "Leave it out")
            throw DatasetError(.badRequest, problem)
        }
        if let task, !tasks.contains(task) {
            let problem = Problem(
                "The task \(task.name)", found: "does not suit \(root), which is \(kind)",
                expected: tasks.map(\.name).joined(separator: " or "))
            throw DatasetError(.badRequest, problem)
        }
    }
}
