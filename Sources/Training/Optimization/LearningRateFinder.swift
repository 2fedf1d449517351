#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The loss at one learning rate of a search.
///
/// ```swift
/// for point in search.points { print(point.learningRate, point.smoothedLoss) }
/// ```
public struct LearningRateCurvePoint: Sendable, Hashable, Codable {
    /// The learning rate of the step.
    public var learningRate: Float
    /// The loss of the step's batch, before the step.
    public var loss: Double
    /// The running mean of the losses up to here.
    public var smoothedLoss: Double
}

/// What a search for a learning rate found.
///
/// ```swift
/// let search = try await learning.schedule().findLearningRate()
/// print(search.suggestion ?? 0)
/// ```
public struct LearningRateSearch: Sendable, Hashable, Codable {
    /// The losses, by rising learning rate.
    public var points: [LearningRateCurvePoint]
    /// The learning rate at which the smoothed loss falls fastest, once enough losses are in its mean; `nil`
    /// where it never falls.
    public var suggestion: Float?
    /// A tenth of the learning rate with the lowest smoothed loss: the safer choice; `nil` where the loss
    /// never falls.
    public var cautiousSuggestion: Float?
    /// Whether the search ended because the loss rose too far.
    public var diverged: Bool
}

/// The search for a learning rate (Smith, 2017): it grows by the same factor at each step, until the loss
/// explodes.
///
/// Take a step with ``learningRate``, then tell the loss that its batch had before the step, and so on until
/// there is no rate left. The losses are smoothed by a running mean, corrected for its start as Adam's are;
/// the search ends where that exceeds four times its lowest value, or is no number.
package struct LearningRateFinder: Sendable {
    private let start: Double
    private let end: Double
    private let steps: Int
    private let smoothing: Double
    private var mean = 0.0
    private var points: [LearningRateCurvePoint] = []
    private var diverged = false

    /// A search.
    ///
    /// - Parameters:
    ///   - steps: the number of steps from the first learning rate to the last, both included.
    ///   - smoothing: how much of the running mean is kept at each step.
    package init(from start: Float = 1e-7, to end: Float = 1, steps: Int = 100, smoothing: Double = 0.9) {
        precondition(start > 0 && end > start && steps > 1 && smoothing >= 0 && smoothing < 1, "a search")
        self.start = Double(start)
        self.end = Double(end)
        self.steps = steps
        self.smoothing = smoothing
    }

    /// The learning rate of the next step; `nil` at the end.
    package var learningRate: Float? {
        guard !diverged, points.count < steps else { return nil }
        return Float(start * pow(end / start, Double(points.count) / Double(steps - 1)))
    }

    /// Tells the loss at ``learningRate``; at the end nothing is noted any more.
    package mutating func record(loss: Double) {
        guard let learningRate else { return }
        mean = smoothing * mean + (1 - smoothing) * loss
        let smoothed = mean / (1 - pow(smoothing, Double(points.count + 1)))
        guard smoothed.isFinite else {
            diverged = true
            return
        }
        points.append(
            LearningRateCurvePoint(learningRate: learningRate, loss: loss, smoothedLoss: smoothed))
        let lowest = points.map(\.smoothedLoss).min() ?? smoothed
        diverged = smoothed > 4 * lowest
    }

    /// What was noted last.
    package var lastPoint: LearningRateCurvePoint? { points.last }

    /// What was found up to now.
    package var result: LearningRateSearch {
        var search = LearningRateSearch(points: points, diverged: diverged)
        guard let lowest = points.indices.min(by: { points[$0].smoothedLoss < points[$1].smoothedLoss }),
            lowest > 0
        else { return search }
        search.cautiousSuggestion = points[lowest].learningRate / 10
        // The mean of the first losses is that of too few: it falls and rises with their noise.
        let first = min(max(Int((1 / (1 - smoothing)).rounded()), 1), lowest)
        func slope(_ place: Int) -> Double {
            let next = min(place + 1, lowest)
            // The rates are evenly spaced by their logarithms.
            return (points[next].smoothedLoss - points[place - 1].smoothedLoss) / Double(next - place + 1)
        }
        if let steepest = (first...lowest).min(by: { slope($0) < slope($1) }), slope(steepest) < 0 {
            search.suggestion = points[steepest].learningRate
        }
        return search
    }
}
