import GraftArchitectures
import GraftFiles
import Synchronization

/// Shows how weights are fetched: a line redrawn on a terminal, a line now and then elsewhere.
final class PullLine: Sendable {
    private let console: Console
    private let name: String
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

    /// - Parameter name: that of the weights.
    init(_ console: Console, name: String) {
        self.console = console
        self.name = name
    }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    func show(_ event: WeightsEvent) {
        switch event {
        case .starting(let download):
            console.json(Pulling(download))
            let size = download.bytes.map { "\($0.bytes), " } ?? ""
            console.line(
                "weights",
                "\(name) (\(size)licence \(download.licence)) is fetched once, from \(download.address) "
                    + "to \(download.path)")
        case .progress(let received, let total):
            progress(received, total)
        case .waiting:
            tell("waiting", "\(name): another process is fetching it")
        case .retrying(let error, let pause):
            tell("again", "in \(pause.fixed(1)) s: \(error.forTerminal)")
        case .startingAnew(let reason):
            tell("anew", "\(name): \(reason)")
        case .finished(let download, let received, let resumedFrom):
            finish(download, received, resumedFrom)
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
    private func finish(_ download: WeightsDownload, _ received: Int, _ resumedFrom: Int) {
        let isHere = received == 0
        console.json(
            Pulled(
                name: name, file: download.file, path: download.path, status: isHere ? "here" : "fetched",
                bytes: isHere ? nil : received, resumedFrom: isHere ? nil : resumedFrom))
        guard !isHere else { return console.line("here", "\(name), \(download.path)") }
        let rest = resumedFrom > 0 ? ", \(resumedFrom.bytes) of it from an earlier run" : ""
        console.line("pulled", "\(name), \(received.bytes)\(rest), \(seconds.duration), \(download.path)")
    }

    private struct Pulling: Encodable {
        var event = "pulling"
        var name: String
        var file: String
        var address: String
        var path: String
        var bytes: Int?
        var licence: String

        init(_ download: WeightsDownload) {
            name = download.weights
            file = download.file
            address = download.address
            path = download.path
            bytes = download.bytes
            licence = download.licence
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
