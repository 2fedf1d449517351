/// What one epoch came to.
///
/// ```swift
/// if case .epoch(_, let report, _) = event { print(report.epoch, report.loss, report.validation.top1) }
/// ```
public struct EpochReport: Sendable, Hashable, Codable {
    /// Counted from 1.
    public var epoch: Int
    /// The mean loss over the training pictures, each as it was when its step was taken, with dropout at
    /// work.
    public var loss: Double
    /// What validation says after the epoch.
    public var validation: Metrics
}
