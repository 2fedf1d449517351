import GraftFiles
import GraftModels
import Synchronization

/// Shows how far the computing of features is: redrawn on a terminal, a line now and then elsewhere.
final class FeatureLine: Sendable {
    private let console: Console
    /// When a line was written last, and when an event.
    private let last = Mutex((line: 0.0, event: 0.0))

    /// Seconds between lines where nothing can be redrawn.
    private static let linePause = 10.0
    /// Seconds between events.
    private static let eventPause = 1.0

    private let name: String
    private let tellsEvents: Bool

    /// - Parameter name: what is computed; the event is called so too.
    init(_ console: Console, name: String = "features", tellsEvents: Bool = true) {
        self.console = console
        self.name = name
        self.tellsEvents = tellsEvents
    }

    func show(_ progress: FeatureProgress) {
        let isFinal = progress.done == progress.total
        let (isLineDue, isEventDue) = last.withLock { last in
            let isLineDue = isFinal || progress.seconds - last.line >= FeatureLine.linePause
            let isEventDue = isFinal || progress.seconds - last.event >= FeatureLine.eventPause
            if isLineDue { last.line = progress.seconds }
            if isEventDue { last.event = progress.seconds }
            // Another pass may follow.
            if isFinal { last = (0, 0) }
            return (isLineDue, isEventDue)
        }
        if isEventDue, tellsEvents { console.json(Event(name, progress)) }
        if console.isTerminal {
            console.redraw(isFinal: isFinal) { line(progress, withBar: true) }
        } else if isLineDue {
            console.write(line(progress, withBar: false))
        }
    }

    private func line(_ progress: FeatureProgress, withBar: Bool) -> String {
        let rate = Double(progress.done) / max(progress.seconds, 1e-3)
        let bar =
            withBar
            ? progressBar(Double(progress.done) / Double(max(progress.total, 1)), width: 28) + "  " : ""
        let cached = progress.cached > 0 ? "   \(progress.cached.grouped) cached" : ""
        return name.padded(to: Console.labelWidth) + bar
            + "\(progress.done.grouped)/\(progress.total.grouped)   \(Int(rate).grouped)/s   \(progress.seconds.duration)\(cached)"
    }

    private struct Event: Encodable {
        var event: String
        var done: Int
        var total: Int
        var cached: Int
        var seconds: Double

        init(_ name: String, _ progress: FeatureProgress) {
            event = name
            done = progress.done
            total = progress.total
            cached = progress.cached
            seconds = progress.seconds
        }
    }
}
