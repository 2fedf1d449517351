/// A class and how probable the model holds it to be.
///
/// ```swift
/// if let best = answer.best { print(best.label, best.probability) }
/// ```
public struct Prediction: Sendable, Hashable, Codable {
    /// The name of the class.
    public var label: String
    /// Its probability, 0 to 1.
    public var probability: Double

    /// A class and its probability.
    package init(label: String, probability: Double) {
        self.label = label
        self.probability = probability
    }
}

/// A number that the model reads off a picture.
///
/// ```swift
/// for number in answer.numbers ?? [] { print(number.name, number.value) }
/// ```
public struct PredictedNumber: Sendable, Hashable, Codable {
    /// The name of the number.
    public var name: String
    /// The number, in the units of the data that the model was trained on.
    public var value: Double

    /// A number and its name.
    package init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// What a model says of a picture.
///
/// ```swift
/// let answer = try await predictor.answer(to: .file("cat.jpg"))
/// if let best = answer.best { print(best.label, best.probability) }
/// ```
public struct Answer: Sendable, Hashable, Encodable {
    /// The numbers, in the model's order; `nil` where it tells classes.
    public let numbers: [PredictedNumber]?
    /// What the model gave, in the order of its outputs.
    package let outputs: [Float]
    /// The classes that the outputs are probabilities of; `nil` where the model tells numbers.
    private let classes: [String]?
    /// How many of the classes are named where nobody says how many.
    private let usualCount: Int
    /// How many of the classes are named.
    private var namedCount: Int

    /// An answer of classes, each with a probability.
    ///
    /// - Parameter usualCount: how many of them a person wants to be told.
    package init(_ outputs: [Float], classes: [String], usualCount: Int) {
        self.outputs = outputs
        self.classes = classes
        self.usualCount = usualCount
        namedCount = classes.count
        numbers = nil
    }

    /// An answer of numbers.
    package init(_ outputs: [Float], numbers: [PredictedNumber]) {
        self.outputs = outputs
        self.numbers = numbers
        classes = nil
        (usualCount, namedCount) = (0, 0)
    }

    /// The classes by falling probability, of equally probable ones the first in order first; `nil` where the
    /// model tells numbers. Where a picture may be of any number of classes, each probability is that of one
    /// class alone.
    ///
    /// They are sorted when they are asked for: keep them, or ask for ``best`` alone.
    public var predictions: [Prediction]? {
        guard let classes else { return nil }
        return outputs.indices.sorted { (outputs[$0], $1) > (outputs[$1], $0) }.prefix(namedCount)
            .map { Prediction(label: classes[$0], probability: Double(outputs[$0])) }
    }

    /// The most probable class; `nil` where the model tells numbers.
    public var best: Prediction? {
        guard let classes, namedCount > 0 else { return nil }
        // Of equal ones the first, where `max(by:)` would give the last.
        return outputs.indices.min { outputs[$0] > outputs[$1] }
            .map { Prediction(label: classes[$0], probability: Double(outputs[$0])) }
    }

    /// The answer with so many of the classes; where it is `nil`, those that a person wants to be told: the
    /// first one, or where a picture may be of any number of classes those of 0.5 and more.
    package func naming(_ count: Int?) -> Answer {
        var answer = self
        answer.namedCount = max(count ?? usualCount, 0)
        return answer
    }

    private enum CodingKeys: String, CodingKey { case predictions, numbers }

    /// Writes what is named.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(predictions, forKey: .predictions)
        try container.encodeIfPresent(numbers, forKey: .numbers)
    }
}
