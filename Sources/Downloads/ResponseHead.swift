/// What a server says before the body: the status and the header fields that matter here.
struct ResponseHead {
    var status = 0
    private var fields: [String: String] = [:]

    /// Takes the next line; a status line begins a new head, as after a redirection.
    mutating func take(line: String) {
        let text = line.trimmingWhitespace()
        if text.hasPrefix("HTTP/") {
            self = ResponseHead()
            let parts = text.split(separator: " ", maxSplits: 2)
            status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        } else if let colon = text.firstIndex(of: ":") {
            fields[text[..<colon].lowercased()] = String(text[text.index(after: colon)...])
                .trimmingWhitespace()
        }
    }

    /// The number of bytes of the body.
    var bodyLength: Int? { fields["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }
    var entityTag: String? { fields["etag"] }
    var lastModified: String? { fields["last-modified"] }
    var location: String? { fields["location"] }
    var isPage: Bool { fields["content-type"]?.lowercased().hasPrefix("text/html") ?? false }

    /// The seconds after which the server wants to be asked again.
    var retryAfter: Duration? {
        fields["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? .seconds($0) : nil }
    }

    /// The first byte that a partial answer holds, and the size of the whole file, from "bytes 500-999/1000"
    /// or "bytes */1000".
    var contentRange: (start: Int?, total: Int?)? {
        guard let text = fields["content-range"], text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/")
        guard parts.count == 2 else { return nil }
        func count(_ text: Substring) -> Int? { Int(text).flatMap { $0 >= 0 ? $0 : nil } }
        return (parts[0].split(separator: "-").first.flatMap(count), count(parts[1]))
    }
}

extension String {
    /// The text without blanks and line ends around it.
    fileprivate func trimmingWhitespace() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
