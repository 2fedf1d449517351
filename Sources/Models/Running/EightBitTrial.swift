package import GraftExecution
package import GraftTraining

/// Whether a head does as well on features in eight bits as on those in floating point, found out on some of
/// the pictures.
///
/// ```swift
/// if case .tried(let trial) = event { print(trial.isTaken) }
/// ```
public struct EightBitTrial: Sendable, Hashable, Codable {
    /// The number of pictures. Heads were trained on either half of them, and judged by the other.
    package var pictures: Int
    /// What eight bits were compared with.
    package var floating: Precision
    /// What the scores are: top-1, for example.
    package var scoreName: String
    /// The mean score in floating point.
    package var floatingScore: Double
    /// The mean loss in floating point.
    package var floatingLoss: Double
    /// The mean score in eight bits.
    package var score: Double
    /// The mean loss in eight bits.
    package var loss: Double
    /// Whether eight bits are as good, so that training takes them.
    public var isTaken: Bool

    /// How much lower the score may be: 0.3 points of top-1.
    private static let allowedScore = 0.003
    /// How much higher the loss may be, as a share of it. It moves where no picture changes its class yet.
    private static let allowedLoss = 0.05
    /// Losses below this are as good as none.
    private static let smallLoss = 0.001

    /// The verdict on what heads did that were trained on either half of some pictures.
    package init(pictures: Int, floating: Precision, before: [Metrics], after: [Metrics]) {
        func mean(_ metrics: [Metrics], _ value: (Metrics) -> Double) -> Double {
            metrics.reduce(0) { $0 + value($1) } / Double(max(metrics.count, 1))
        }
        self.pictures = pictures
        self.floating = floating
        scoreName = before.first?.scoreName ?? ""
        floatingScore = mean(before, \.score)
        floatingLoss = mean(before, \.loss)
        score = mean(after, \.score)
        loss = mean(after, \.loss)
        // A number that is none is not as good.
        let limit = max(floatingLoss, EightBitTrial.smallLoss) * (1 + EightBitTrial.allowedLoss)
        isTaken = score >= floatingScore - EightBitTrial.allowedScore && loss <= limit
    }
}
