import GraftArchitectures
import GraftDownloads
import Synchronization

/// Shows how far a download is: redrawn on a terminal, a line now and then elsewhere.
final class PullLine: Sendable {
    private let console: Console
    private let name: String
    private let file: String
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    private struct State {
        /// When a line was written last, and when an event.
        var line = 0.0
        var event = 0.0
        /// The bytes that were there when the transfer began.
        var first: Int?
    }

    /// Seconds between lines where nothing can be redrawn.
    private static let linePause = 10.0
    /// Seconds between events.
    private static let eventPause = 1.0

    init(_ console: Console, weights: PretrainedWeights, file: PublishedFile) {
        self.console = console
        name = weights.name
        self.file = file.name
    }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    func show(_ event: DownloadEvent) {
        switch event {
        case .progress(let received, let total):
            progress(received, total)
        case .waiting:
            tell("waiting", "\(name): another process is fetching it")
        case .retrying(let error, let pause):
            tell("again", "in \((pause / .seconds(1)).fixed(1)) s: \(error.forTerminal)")
        case .startingAnew(let reason):
            tell("anew", "\(name): \(reason)")
        }
    }

    private func tell(_ label: String, _ text: String) {
        console.json(Warning(name: name, message: text))
        console.line(label, text)
    }

    private func progress(_ received: Int, _ total: Int?) {
        let seconds = seconds
        let (first, isLineDue, isEventDue) = state.withLock { state in
            let isFirst = state.first == nil
            let first = state.first ?? received
            state.first = first
            let isLineDue = seconds - state.line >= PullLine.linePause
            let isEventDue = isFirst || seconds - state.event >= PullLine.eventPause
            if isLineDue { state.line = seconds }
            if isEventDue { state.event = seconds }
            return (first, isLineDue, isEventDue)
        }
        if isEventDue { console.json(Progress(name: name, received: received, total: total)) }
        let rate = Int(Double(received - first) / max(seconds, 1e-3))
        func line(_ bar: String) -> String {
            let extent = total.map { "\(received.bytes) of \($0.bytes)" } ?? received.bytes
            return "pulling".padded(to: Console.labelWidth) + name + "  " + bar + extent + "  \(rate.bytes)/s"
        }
        if console.isTerminal {
            // The bar takes what the words leave.
            let room = min(console.width - line("").count - 3, 24)
            console.redraw {
                guard let total, room >= 4 else { return line("") }
                return line(progressBar(Double(received) / Double(max(total, 1)), width: room) + "  ")
            }
        } else if isLineDue {
            console.write(line(""))
        }
    }

    /// Tells how it ended.
    func finish(_ outcome: DownloadOutcome, path: String) {
        switch outcome {
        case .alreadyThere:
            console.json(
                Pulled(name: name, file: file, path: path, status: "here", bytes: nil, resumedFrom: nil))
            console.line("here", "\(name), \(path)")
        case .downloaded(let bytes, let resumedFrom):
            console.json(
                Pulled(
                    name: name, file: file, path: path, status: "fetched", bytes: bytes,
                    resumedFrom: resumedFrom))
            let rest = resumedFrom > 0 ? ", \(resumedFrom.bytes) of it from an earlier run" : ""
            console.line("pulled", "\(name), \(bytes.bytes)\(rest), \(seconds.duration), \(path)")
        }
    }

    private struct Warning: Encodable {
        var event = "warning"
        var name: String
        var message: String
    }

    private struct Progress: Encodable {
        var event = "progress"
        var name: String
        var received: Int
        var total: Int?
    }

    private struct Pulled: Encodable {
        var event = "pulled"
        var name: String
        var file: String
        var path: String
        var status: String
        var bytes: Int?
        var resumedFrom: Int?
    }
}
