/// How the learning rate changes while a stage is trained, as a factor of the stage's own rate.
///
/// ```swift
/// stage.schedule = .cosine(final: 0)
/// ```
public enum Schedule: Sendable, Hashable, Codable {
    /// It stays.
    case constant
    /// After each so many epochs it is multiplied by the factor.
    case step(epochs: Int, factor: Float)
    /// It falls along half a cosine to this share of itself at the last epoch (Loshchilov and Hutter, 2017).
    case cosine(final: Float)
    /// It rises from a 25th to itself and falls to a 10,000th of that start, along half cosines (Smith,
    /// 2018); the rise takes this share of the steps.
    case oneCycle(rise: Float)
    /// It is multiplied by the factor after so many epochs without a lower validation loss.
    case reduceOnPlateau(epochs: Int, factor: Float)
}
