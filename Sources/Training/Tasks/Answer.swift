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

    /// The classes by falling probability; of equally probable ones the first in order comes first.
    package static func ranked(_ probabilities: some Collection<Float>, classes: [String]) -> [Prediction] {
        zip(classes, probabilities).enumerated()
            .sorted { ($0.element.1, $1.offset) > ($1.element.1, $0.offset) }
            .map { Prediction(label: $0.element.0, probability: Double($0.element.1)) }
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
    /// The classes by falling probability; `nil` where the model tells numbers. Where a picture may be of any
    /// number of classes, each probability is that of one class alone.
    public let predictions: [Prediction]?
    /// The numbers, in the model's order; `nil` where it tells classes.
    public let numbers: [PredictedNumber]?
    /// What the model gave, in the order of its outputs.
    package let outputs: [Float]
    /// How many of the predictions are named where nobody says how many.
    private let usualCount: Int

    /// An answer of classes, numbers, or whatever a task has of both.
    package init(
        _ outputs: [Float], predictions: [Prediction]? = nil, usualCount: Int = 0,
        numbers: [PredictedNumber]? = nil
    ) {
        self.outputs = outputs
        self.predictions = predictions
        self.usualCount = usualCount
        self.numbers = numbers
    }

    /// The most probable class; `nil` where the model tells numbers.
    public var best: Prediction? { predictions?.first }

    /// The answer with so many of the predictions; where it is `nil`, those that a person wants to be told:
    /// the first one, or where a picture may be of any number of classes those of 0.5 and more.
    package func naming(_ count: Int?) -> Answer {
        Answer(
            outputs, predictions: predictions.map { Array($0.prefix(count ?? usualCount)) },
            usualCount: usualCount, numbers: numbers)
    }

    private enum CodingKeys: String, CodingKey { case predictions, numbers }
}
