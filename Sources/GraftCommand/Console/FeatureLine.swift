import Graft
import Synchronization

/// Shows how far the computing of features is: redrawn on a terminal, a line now and then elsewhere.
final class FeatureLine: Sendable {
    private let console: Console
    private let lastLine = Mutex(0.0)

    /// Seconds between lines where nothing can be redrawn.
    private static let pause = 10.0

    init(_ console: Console) { self.console = console }

    func show(_ progress: FeatureProgress) {
        let isFinal = progress.done == progress.total
        if console.isTerminal {
            console.redraw(isFinal: isFinal) { line(progress, withBar: true) }
            return
        }
        let isDue = lastLine.withLock { last in
            guard isFinal || progress.seconds - last >= FeatureLine.pause else { return false }
            last = progress.seconds
            return true
        }
        if isDue { console.write(line(progress, withBar: false)) }
        if isDue { console.json(Event(progress: progress)) }
    }

    private func line(_ progress: FeatureProgress, withBar: Bool) -> String {
        let rate = Double(progress.done) / max(progress.seconds, 1e-3)
        let bar =
            withBar
            ? progressBar(Double(progress.done) / Double(max(progress.total, 1)), width: 28) + "  " : ""
        let cached = progress.cached > 0 ? "   \(progress.cached.grouped) cached" : ""
        return "features".padded(to: Console.labelWidth) + bar
            + "\(progress.done.grouped)/\(progress.total.grouped)   \(Int(rate).grouped)/s   \(progress.seconds.duration)\(cached)"
    }

    private struct Event: Encodable {
        var event = "features"
        var done: Int
        var total: Int
        var cached: Int
        var seconds: Double

        init(progress: FeatureProgress) {
            done = progress.done
            total = progress.total
            cached = progress.cached
            seconds = progress.seconds
        }
    }
}
