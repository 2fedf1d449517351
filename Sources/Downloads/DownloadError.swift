package import GraftFiles

/// A file that could not be downloaded.
package struct DownloadError: ExplainedError, Hashable {
    /// The kinds of failure a caller may want to tell apart.
    package enum Code: Sendable, Hashable {
        /// No connection to the host, or the host's name is not known here.
        case unreachable
        /// The server has no such file, or does not give it.
        case refused
        /// The server gave something else: a page, another size, another content.
        case otherContent
        /// The transfer ended, or went to sleep, before the file was whole.
        case cutOff
        /// The address is none that can be used, or leads to an unencrypted one.
        case badAddress
        /// The file cannot be written: no room, no permission.
        case disk
    }

    /// The kind of failure.
    package var code: Code
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    /// An error with a code.
    package init(_ code: Code, _ problem: Problem) {
        self.code = code
        self.problem = problem
    }

    init(_ error: FileError) { self.init(.disk, error.problem) }
}

// All wording in one place.
extension DownloadError {
    static func status(_ status: Int, _ address: String) -> DownloadError {
        let meaning =
            switch status {
            case 401, 403: " (access denied)"
            case 404: " (not found)"
            case 410: " (gone)"
            case 429: " (too many requests)"
            case 500...599: " (the server failed)"
            default: ""
            }
        return DownloadError(
            .refused,
            Problem(
                address, found: "answered HTTP \(status)\(meaning)", expected: "the file",
                remedy: status >= 500 || status == 429 ? "Try again later" : "Check the address"))
    }

    static func page(_ address: String) -> DownloadError {
        DownloadError(
            .otherContent,
            Problem(
                address, found: "answered with an HTML page", expected: "the file itself",
                remedy: "A proxy or a login may stand in between: open the address in a browser"))
    }

    static func checksum(_ address: String, found: Checksum, expected: Checksum) -> DownloadError {
        DownloadError(
            .otherContent,
            Problem(
                address, found: "gave a file with \(found.words)", expected: expected.words,
                remedy: "It is not the published file; nothing of it was kept"))
    }

    static func size(_ address: String, found: Int, expected: Int) -> DownloadError {
        DownloadError(
            .otherContent,
            Problem(
                address, found: "gave a file of \(found) bytes", expected: "\(expected) bytes",
                remedy: "It is not the published file; nothing of it was kept"))
    }

    static func tooLarge(_ address: String, limit: Int, isExact: Bool) -> DownloadError {
        DownloadError(
            .otherContent,
            Problem(
                address, found: "gives more bytes than the file has",
                expected: isExact ? "\(limit) bytes" : "at most \(limit) bytes",
                remedy: "It is not the published file; nothing of it was kept"))
    }

    /// The same where an earlier try left bytes, which the next one goes on from.
    func keeping(_ count: Int) -> DownloadError {
        var error = self
        error.problem.remedy =
            "This answer was not used. The \(count) bytes that arrived earlier are kept for the next try"
        return error
    }

    static func cutOff(_ address: String, after count: Int, of total: Int?, reason: String?) -> DownloadError
    {
        let extent = total.map { "\(count) of \($0) bytes" } ?? "\(count) bytes"
        return DownloadError(
            .cutOff,
            Problem(
                address, found: "was cut off after \(extent)\(reason.map { " (\($0))" } ?? "")",
                expected: "the whole file", remedy: "\(.again) to go on from there"))
    }

    static func stalled(_ address: String, after count: Int, of total: Int?, for pause: Duration)
        -> DownloadError
    {
        let extent = total.map { "\(count) of \($0) bytes" } ?? "\(count) bytes"
        return DownloadError(
            .cutOff,
            Problem(
                address, found: "sent next to nothing for \(pause.words), after \(extent)",
                expected: "the whole file", remedy: "\(.again) to go on from there"))
    }

    static func unreachable(_ address: String, reason: String) -> DownloadError {
        DownloadError(
            .unreachable,
            Problem(
                address, found: "cannot be reached: \(reason)", expected: "a network connection to it",
                remedy: "Check the network and its proxy settings, or use a mirror"))
    }

    static func unencrypted(_ address: String, leadsTo other: String) -> DownloadError {
        DownloadError(
            .badAddress,
            Problem(
                address, found: "leads to \(other)", expected: "an encrypted address, as this one is",
                remedy: "Use another mirror"))
    }

    static func untrusted(_ address: String) -> DownloadError {
        DownloadError(
            .unreachable,
            Problem(
                address, found: "shows a certificate that is not trusted here",
                expected: "one that the system's certificates vouch for",
                remedy: "Add the mirror's or proxy's certificate to those of the system"))
    }

    static func badAddress(_ address: String) -> DownloadError {
        DownloadError(
            .badAddress,
            Problem(
                address, found: "is no address that files can be fetched from",
                expected: "https://…, http://…, file:///… or the path of a file"))
    }

    static func noRoom(_ path: String, needed: Int, free: Int) -> DownloadError {
        DownloadError(
            .disk,
            Problem(
                path, found: "needs \(needed) more bytes, and its disk has \(free) left",
                expected: "enough room", remedy: "Free some space, or choose another place"))
    }

    static func curl(_ address: String, reason: String) -> DownloadError {
        DownloadError(.unreachable, Problem(address, found: "could not be fetched: \(reason)"))
    }
}

extension Duration {
    /// "30 seconds", "0.2 seconds".
    fileprivate var words: String {
        let (seconds, attoseconds) = components
        let tenths = attoseconds / 100_000_000_000_000_000
        let number = tenths == 0 ? "\(seconds)" : "\(seconds).\(tenths)"
        return number == "1" ? "1 second" : "\(number) seconds"
    }
}
