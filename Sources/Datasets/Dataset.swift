/// Labelled pictures: the classes, and a list of samples that can be read from any thread.
public protocol Dataset: Sendable {
    /// The path the data was found at.
    var root: String { get }
    /// The names of the classes; a label is an index into them.
    var classes: [String] { get }
    /// The pictures, in an order that depends on nothing but the data.
    var samples: [Sample] { get }
    /// Files that are there but are no pictures, by path relative to the root.
    var unusedFiles: [String] { get }
}

/// What a picture is for.
public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
    case train, validation, test
}

/// Part of another data set's samples, with the same classes.
public struct DatasetSubset: Dataset {
    public let root: String
    public let classes: [String]
    public let samples: [Sample]
    public let unusedFiles: [String]

    /// The samples of `dataset` at these indices, in this order.
    ///
    /// - Precondition: each index is one of a sample.
    public init(_ dataset: some Dataset, indices: [Int]) {
        root = dataset.root
        classes = dataset.classes
        samples = indices.map { dataset.samples[$0] }
        unusedFiles = dataset.unusedFiles
    }
}
