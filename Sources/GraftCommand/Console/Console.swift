import GraftFiles
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a command's words go: lines for people, and for programs with `--json`.
///
/// People's words go to standard output, and to standard error where that is taken by JSON lines. On a
/// terminal the last line may be redrawn; elsewhere every line is written once.
final class Console: Sendable {
    /// Whether standard output carries JSON lines.
    let isJSON: Bool
    /// Whether people's words go to a terminal.
    let isTerminal: Bool
    private let descriptor: Int32
    private let live = Mutex(LiveLine())

    private struct LiveLine {
        var isShown = false
        var lastDrawn: ContinuousClock.Instant?
    }

    init(isJSON: Bool) {
        self.isJSON = isJSON
        descriptor = isJSON ? STDERR_FILENO : STDOUT_FILENO
        isTerminal = isatty(descriptor) == 1 && GraftEnvironment.current.canRedraw
    }

    /// The columns of the terminal, 80 where there is none.
    var width: Int { isTerminal ? Console.columns(of: descriptor) : 80 }

    private static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    // MARK: For people

    /// The width of the column of labels.
    static let labelWidth = 10

    /// Writes a text with a label in front, "split     1,000 to train", in as many lines as it takes.
    func line(_ label: String, _ text: String) {
        let room = max(width - Console.labelWidth, 40)
        let lines = text.count <= room ? [text] : text.wrapped(to: room)
        for (index, line) in lines.enumerated() {
            write((index == 0 ? label : "").padded(to: Console.labelWidth) + line)
        }
    }

    /// Writes a line, below what is being redrawn.
    func write(_ line: String) {
        live.withLock { live in
            if live.isShown {
                put("\r\u{1b}[2K")
                live = LiveLine()
            }
            put(line.shown + "\n")
        }
    }

    /// Redraws the last line of a terminal, at most ten times a second; does nothing elsewhere.
    func redraw(isFinal: Bool = false, _ line: () -> String) {
        guard isTerminal else { return }
        live.withLock { live in
            let now = ContinuousClock.now
            if !isFinal, let last = live.lastDrawn, now - last < .milliseconds(100) { return }
            live = LiveLine(isShown: !isFinal, lastDrawn: now)
            put("\r\u{1b}[2K" + line().shown + (isFinal ? "\n" : ""))
        }
    }

    /// Ends the line that is being redrawn, so that what another writes stands below it.
    func clear() {
        live.withLock { live in
            if live.isShown { put("\n") }
            live = LiveLine()
        }
    }

    /// Writes a sentence about what went wrong to standard error: in one line, unless a terminal would break
    /// it within a word.
    static func complain(_ sentence: String) {
        let text = "graft: \(sentence.shown)"
        guard isatty(STDERR_FILENO) == 1 else { return StandardStreams.write(text + "\n", to: STDERR_FILENO) }
        let lines = text.wrapped(to: columns(of: STDERR_FILENO))
        StandardStreams.write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    // MARK: For programs

    /// Writes a value as one line of JSON to standard output, where that was asked for.
    func json(_ value: some Encodable) {
        guard isJSON else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        // JSON has no such numbers, but the loss of a training that diverged is one; a model's bundle.json
        // says it alike.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinity", negativeInfinity: "-infinity", nan: "nan")
        guard let data = try? encoder.encode(value) else { return }
        StandardStreams.write(
            String(decoding: data, as: UTF8.self).escapingControls + "\n", to: STDOUT_FILENO)
    }

    private func put(_ text: String) { StandardStreams.write(text, to: descriptor) }
}

extension String {
    /// JSON without the characters that a terminal may obey: JSON itself asks for escapes of the first 32 only.
    fileprivate var escapingControls: String {
        guard unicodeScalars.contains(where: \.isObeyedByTerminals) else { return self }
        return unicodeScalars.map { $0.isObeyedByTerminals ? "\\u" + $0.digits(4) : String($0) }.joined()
    }
}
