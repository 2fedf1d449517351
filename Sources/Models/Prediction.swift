/// A class and how probable the model holds it to be.
public struct Prediction: Sendable, Hashable, Codable {
    /// The name of the class.
    public var label: String
    /// Its probability, 0 to 1.
    public var probability: Double

    /// A class and its probability.
    public init(label: String, probability: Double) {
        self.label = label
        self.probability = probability
    }

    /// The classes by falling probability; of equally probable ones the first in order comes first.
    static func ranked(_ probabilities: some Collection<Float>, classes: [String]) -> [Prediction] {
        zip(classes, probabilities).enumerated()
            .sorted { ($0.element.1, $1.offset) > ($1.element.1, $0.offset) }
            .map { Prediction(label: $0.element.0, probability: Double($0.element.1)) }
    }
}

/// A number that the model reads off a picture.
public struct PredictedNumber: Sendable, Hashable, Codable {
    /// The name of the number.
    public var name: String
    /// The number, in the units of the data that the model was trained on.
    public var value: Double

    /// A number and its name.
    public init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// What a model says of a picture.
public enum Answer: Sendable, Hashable {
    /// The classes by falling probability. Where a picture may be of any number of classes, each probability
    /// is that of one class alone.
    case classes([Prediction])
    /// The numbers, in the model's order.
    case numbers([PredictedNumber])
}
