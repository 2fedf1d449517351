/// The pictures whose confidence lies in one range.
package struct ReliabilityBin: Sendable, Hashable, Codable {
    /// The mean of the confidences.
    package let meanConfidence: Double
    /// The share of right answers.
    package let accuracy: Double
    /// The number of pictures.
    package let count: Int
}
