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
            put(line.showingBytes + "\n")
        }
    }

    /// Redraws the last line of a terminal, at most ten times a second; does nothing elsewhere.
    func redraw(isFinal: Bool = false, _ line: () -> String) {
        guard isTerminal else { return }
        live.withLock { live in
            let now = ContinuousClock.now
            if !isFinal, let last = live.lastDrawn, now - last < .milliseconds(100) { return }
            live = LiveLine(isShown: !isFinal, lastDrawn: now)
            put("\r\u{1b}[2K" + line() + (isFinal ? "\n" : ""))
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
        let text = "graft: \(sentence.showingBytes)"
        guard isatty(STDERR_FILENO) == 1 else { return put(text + "\n", to: STDERR_FILENO) }
        put(text.wrapped(to: columns(of: STDERR_FILENO)).joined(separator: "\n") + "\n", to: STDERR_FILENO)
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
        Console.put(String(decoding: data, as: UTF8.self) + "\n", to: STDOUT_FILENO)
    }

    #if canImport(Glibc)
        private static let systemWrite = unsafe Glibc.write
    #else
        private static let systemWrite = unsafe Darwin.write
    #endif

    private func put(_ text: String) { Console.put(text, to: descriptor) }

    private static func put(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes {
                unsafe Console.systemWrite(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0 && errno == EINTR { continue }
            // A reader that went away: nobody is left to be told.
            if written <= 0 { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
