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
