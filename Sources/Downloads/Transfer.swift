internal import GraftCCurl

/// One request over HTTP by libcurl, and the handles it needs.
///
/// The transfer runs on the thread that calls ``run(settings:isCancelled:)``, which looks ten times a second
/// whether it was cancelled or the server fell asleep.
@safe final class Transfer {
    /// How a transfer ended.
    enum End {
        /// The server sent all that it announced.
        case complete
        /// The receiver of the body wanted no more.
        case stopped
        /// Too few bytes came for too long.
        case stalled
        /// libcurl gave up.
        case failed(CURLcode, reason: String)
    }

    /// What the server has said so far.
    private(set) var head = ResponseHead()
    /// The bytes of bodies that came, those of refusals included.
    private(set) var received = 0

    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private var lines: UnsafeMutablePointer<curl_slist>?
    /// Takes bytes of the body; whether more are wanted.
    private let receive: (UnsafeRawBufferPointer, ResponseHead) -> Bool

    /// libcurl's own set-up, once a process.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// A request for `address`.
    ///
    /// - Parameters:
    ///   - headers: additional header lines: "Range: bytes=100-".
    ///   - receive: takes bytes of the body; gives whether more are wanted.
    /// - Returns: `nil` where libcurl has no memory.
    init?(
        _ address: String, headers: [String], settings: DownloadSettings,
        receive: @escaping (UnsafeRawBufferPointer, ResponseHead) -> Bool
    ) {
        guard Transfer.isReady, let easy = unsafe curl_easy_init() else { return nil }
        guard let multi = unsafe curl_multi_init() else {
            unsafe curl_easy_cleanup(easy)
            return nil
        }
        unsafe self.easy = easy
        unsafe self.multi = multi
        unsafe self.receive = receive
        unsafe lines = nil
        for header in headers { unsafe lines = curl_slist_append(lines, header) }
        guard isConfigured(for: address, settings: settings),
            unsafe curl_multi_add_handle(multi, easy) == CURLM_OK
        else { return nil }
    }

    deinit {
        unsafe curl_multi_remove_handle(multi, easy)
        unsafe curl_easy_cleanup(easy)
        unsafe curl_multi_cleanup(multi)
        unsafe curl_slist_free_all(lines)
    }

    private func isConfigured(for address: String, settings: DownloadSettings) -> Bool {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let isEncrypted = settings.requiresEncryptedRedirections || address.lowercased().hasPrefix("https:")
        let numbers: [(CURLoption, Int)] = [
            // libcurl must not touch the process's signals.
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 1), (CURLOPT_MAXREDIRS, 10),
            (CURLOPT_CONNECTTIMEOUT_MS, settings.connectionTime.milliseconds),
        ]
        var codes = numbers.map { unsafe graft_curl_set_number(easy, $0.0, $0.1) }
        codes += unsafe [
            graft_curl_set_text(easy, CURLOPT_URL, address),
            graft_curl_set_text(easy, CURLOPT_USERAGENT, "graft"),
            graft_curl_allow_http(easy, isEncrypted ? 1 : 0),
            graft_curl_set_header_lines(easy, lines),
            graft_curl_set_head_receiver(easy, receiveHead, context),
            graft_curl_set_body_receiver(easy, receiveBody, context),
        ]
        // A proxy is in no position to reach this machine by its own name for itself.
        if Transfer.isLoopback(address) { codes.append(unsafe graft_curl_set_text(easy, CURLOPT_PROXY, "")) }
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private static func isLoopback(_ address: String) -> Bool {
        guard let scheme = address.firstRange(ofText: "://") else { return false }
        let host = address[scheme...].prefix { $0 != "/" && $0 != "?" }
        return ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix("\($0):") }
    }

    // MARK: Running

    /// Runs the transfer to its end.
    ///
    /// - Throws: `CancellationError` where it was cancelled.
    func run(settings: DownloadSettings, isCancelled: () -> Bool) throws(CancellationError) -> End {
        var running: Int32 = 1
        var windowStart = ContinuousClock.now
        var receivedBefore = 0
        while true {
            let code = unsafe curl_multi_perform(multi, &running)
            guard code == CURLM_OK else {
                return .failed(CURLE_FAILED_INIT, reason: unsafe String(cString: curl_multi_strerror(code)))
            }
            if running == 0 { return end }
            if isCancelled() { throw CancellationError() }
            let now = ContinuousClock.now
            if now - windowStart >= settings.stallTime {
                if received - receivedBefore < settings.stallBytes { return .stalled }
                windowStart = now
                receivedBefore = received
            }
            unsafe curl_multi_poll(multi, nil, 0, Transfer.pollMilliseconds, nil)
        }
    }

    /// How long to wait for bytes before looking for a cancellation.
    private static let pollMilliseconds: Int32 = 100

    /// How the finished transfer ended.
    private var end: End {
        var remaining: Int32 = 0
        guard let message = unsafe curl_multi_info_read(multi, &remaining),
            unsafe message.pointee.msg == CURLMSG_DONE
        else { return .failed(CURLE_FAILED_INIT, reason: "libcurl told no result") }
        let code = unsafe message.pointee.data.result
        switch code {
        case CURLE_OK: return .complete
        case CURLE_WRITE_ERROR: return .stopped
        default: return .failed(code, reason: unsafe String(cString: curl_easy_strerror(code)))
        }
    }

    // MARK: What libcurl calls

    private let receiveHead: curl_write_callback = { data, size, count, context in
        guard let context = unsafe context, let data = unsafe data else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size * count)
        transfer.head.take(line: unsafe String(decoding: bytes, as: UTF8.self))
        return size * count
    }

    private let receiveBody: curl_write_callback = { data, size, count, context in
        guard let context = unsafe context, let data = unsafe data else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        transfer.received += size * count
        // Any other number than that of the bytes given makes libcurl stop.
        return unsafe transfer.receive(
            UnsafeRawBufferPointer(start: data, count: size * count), transfer.head)
            ? size * count : 0
    }
}

extension Duration {
    /// The whole milliseconds, at least one.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000), 1)
    }
}

extension String {
    /// Where the text after the first `text` begins; `nil` where there is none.
    func firstRange(ofText text: String) -> Index? {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(text) { return self.index(index, offsetBy: text.count) }
            index = self.index(after: index)
        }
        return nil
    }
}
