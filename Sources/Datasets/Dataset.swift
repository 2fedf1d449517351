internal import GraftImages

/// Labelled pictures: the classes, and a list of samples that can be read from any thread.
///
/// ```swift
/// struct Inspections: Dataset {
///     let root = "inspections"
///     let classes = ["bad", "good"]
///     let samples: [Sample]
/// }
/// ```
public protocol Dataset: Sendable {
    /// The path the data was found at.
    var root: String { get }
    /// What is to be learned: which kind of target all samples have.
    var task: LearningTask { get }
    /// The names of the classes, where a label is an index into them, or of the numbers, for regression.
    var classes: [String] { get }
    /// The pictures, in an order that depends on nothing but the data.
    var samples: [Sample] { get }
    /// What of the data is not used: left out by name, or passed over by a rule.
    var inventory: Inventory { get }
    /// What finding the data showed that its owner should know.
    var remarks: [Finding] { get }
    /// Whether the classes are known apart from the pictures, so that one without pictures is worth a warning
    /// but no mistake.
    var declaresClasses: Bool { get }
}

extension Dataset {
    /// Each picture is of one class.
    public var task: LearningTask { .classification }
    /// Everything is used.
    public var inventory: Inventory { Inventory() }
    /// Nothing to remark.
    public var remarks: [Finding] { [] }
    /// The pictures say which classes there are.
    public var declaresClasses: Bool { false }

    /// Whether the data says itself which pictures are for validation.
    package var hasValidation: Bool { samples.contains { $0.part == .validation } }
}

/// What a picture is for.
///
/// ```swift
/// let held = photos.samples.filter { $0.part == .validation }
/// ```
public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
    /// Pictures to learn from, to choose the best epoch by, and to judge the finished model by.
    case train, validation, test
}

/// Part of another data set's samples, with the same classes.
package struct DatasetSubset: Dataset {
    /// The path the data was found at.
    package let root: String
    /// What is to be learned: which kind of target all samples have.
    package let task: LearningTask
    /// The names of the classes, where a label is an index into them, or of the numbers, for regression.
    package let classes: [String]
    /// The pictures, in an order that depends on nothing but the data.
    package let samples: [Sample]
    /// What of the data is not used.
    package let inventory: Inventory
    /// What finding the data showed that its owner should know.
    package let remarks: [Finding]
    /// Whether the classes are known apart from the pictures.
    package let declaresClasses: Bool

    /// The samples of `dataset` at these indices, in this order.
    ///
    /// - Precondition: each index is one of a sample.
    package init(_ dataset: some Dataset, indices: [Int]) {
        self.init(dataset, samples: indices.map { dataset.samples[$0] })
    }

    /// All samples of `dataset`, whose pictures may take what these limits allow.
    init(_ dataset: some Dataset, limits: DecodingLimits) {
        self.init(dataset, samples: dataset.samples.map { $0.limited(to: limits) })
    }

    private init(_ dataset: some Dataset, samples: [Sample]) {
        root = dataset.root
        task = dataset.task
        classes = dataset.classes
        self.samples = samples
        inventory = dataset.inventory
        remarks = dataset.remarks
        declaresClasses = dataset.declaresClasses
    }
}
