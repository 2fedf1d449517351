internal import GraftCCurl
internal import GraftFiles

/// The requests that it takes to get one file over HTTP, with pauses between them.
struct DownloadAttempts {
    /// Whether the bytes that are there came in several answers.
    var hasResumed = false

    private let download: Download
    private let part: PartialFile
    private let settings: DownloadSettings
    private let isCancelled: () -> Bool
    private let report: (DownloadEvent) -> Void

    init(
        _ download: Download, part: PartialFile, settings: DownloadSettings,
        isCancelled: @escaping () -> Bool, report: @escaping (DownloadEvent) -> Void
    ) {
        self.download = download
        self.part = part
        self.settings = settings
        self.isCancelled = isCancelled
        self.report = report
    }

    private var address: String { download.address }

    /// How one request ended.
    private enum End {
        case complete
        /// It failed in a way that may pass.
        case failed(DownloadError, retryAfter: Duration?)
    }

    /// Asks until all bytes are there, or until it fails too often without getting on.
    mutating func receiveAll() throws {
        var failures = 0
        var best = part.count
        while true {
            switch try receive() {
            case .complete:
                return
            case .failed(let error, let retryAfter):
                if part.count >= best + 1 << 20 {
                    best = part.count
                    failures = 0
                }
                failures += 1
                guard failures < settings.attempts else { throw error }
                let doubled = settings.firstPause * (1 << min(failures - 1, 20))
                let pause = min(max(doubled, retryAfter ?? .zero), settings.longestPause)
                report(.retrying(error, pause: pause))
                try Download.pause(pause, unless: isCancelled)
            }
        }
    }

    // MARK: One request

    private mutating func receive() throws -> End {
        try prepare()
        let start = part.count
        if start > 0, start == part.origin?.total { return .complete }
        var headers: [String] = []
        if start > 0 {
            headers.append("Range: bytes=\(start)-")
            if let condition = part.origin?.condition { headers.append("If-Range: \(condition)") }
        }
        let body = BodyReceiver(download, part: part, start: start, report: report)
        guard
            let transfer = unsafe Transfer(
                address, headers: headers, settings: settings, receive: { unsafe body.take($0, head: $1) })
        else { throw DownloadError.curl(address, reason: "libcurl has no memory") }
        let end = try transfer.run(settings: settings, isCancelled: isCancelled)
        if let failure = body.failure {
            throw told(failure, body)
        }
        let head = transfer.head
        let total = body.total
        switch end {
        case .complete, .stopped:
            return try outcome(of: head, body: body, start: start)
        case .stalled:
            return .failed(
                .stalled(address, after: part.count, of: total ?? download.size, for: settings.stallTime),
                retryAfter: nil)
        case .failed(let code, let reason):
            return try outcome(of: code, reason: reason, head: head, total: total)
        }
    }

    /// A failure that made the receiver stop, with what became of the bytes that are there.
    private func told(_ failure: DownloadError, _ body: BodyReceiver) -> DownloadError {
        // A full disk is of no use to anybody, and neither is a piece of another file.
        if failure.code == .disk || body.hasTaken { part.remove() }
        guard !body.hasTaken, failure.code == .otherContent, part.count > 0 else { return failure }
        return failure.keeping(part.count)
    }

    /// Forgets what is there where it cannot be known to be a piece of what the server has.
    private mutating func prepare() throws(DownloadError) {
        guard part.count > 0 else { return }
        let isKnown = part.origin.map {
            $0.address == address && ($0.condition != nil || download.checksum != nil)
        }
        if isKnown == true, part.count <= download.greatestSize {
            hasResumed = true
            return
        }
        try part.rethrowingEmpty()
        hasResumed = false
        report(.startingAnew(reason: "what was there came from elsewhere"))
    }

    /// What a whole answer means.
    private mutating func outcome(of head: ResponseHead, body: BodyReceiver, start: Int) throws -> End {
        switch head.status {
        case 200, 206:
            // An empty file sends no body, so that nobody has looked at the head yet.
            try body.begin(head)
            if body.hasStartedAnew { hasResumed = false }
            return .complete
        case 416:
            // All bytes may be there: the process ended between the last one and the file's landing.
            if start > 0, head.contentRange?.total == start { return .complete }
            try part.rethrowingEmpty()
            hasResumed = false
            return .failed(.status(head.status, address), retryAfter: nil)
        case 408, 425, 429, 500...599:
            return .failed(.status(head.status, address), retryAfter: head.retryAfter)
        default:
            throw DownloadError.status(head.status, address)
        }
    }

    /// What libcurl's giving up means.
    private func outcome(of code: CURLcode, reason: String, head: ResponseHead, total: Int?) throws -> End {
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL where (300..<400).contains(head.status):
            throw DownloadError.unencrypted(address, leadsTo: head.location ?? "another address")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            throw DownloadError.badAddress(address)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            throw DownloadError.unreachable(address, reason: "the name of the host is not known here")
        case CURLE_PEER_FAILED_VERIFICATION:
            throw DownloadError.untrusted(address)
        case CURLE_SSL_CACERT_BADFILE, CURLE_TOO_MANY_REDIRECTS:
            throw DownloadError.curl(address, reason: reason)
        case CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR:
            return .failed(.unreachable(address, reason: reason), retryAfter: nil)
        case CURLE_OPERATION_TIMEDOUT where head.status == 0:
            return .failed(.unreachable(address, reason: reason), retryAfter: nil)
        default:
            // The connection broke: also where the server closed it without a word.
            let cut = DownloadError.cutOff(
                address, after: part.count, of: total ?? download.size,
                reason: code == CURLE_PARTIAL_FILE ? nil : reason)
            return .failed(cut, retryAfter: nil)
        }
    }
}
