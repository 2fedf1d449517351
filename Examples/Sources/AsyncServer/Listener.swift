import Foundation

/// What is sent back.
struct Response: Sendable {
    var status: String
    var body: Data
}

/// A request that waits for its response, one per connection.
struct Request: Sendable {
    let body: Data
    fileprivate let connection: Int32

    /// Sends the response and closes the connection.
    func reply(_ response: Response) {
        let head =
            "HTTP/1.1 \(response.status)\r\nContent-Length: \(response.body.count)\r\nConnection: close\r\n\r\n"
        var rest = Data(head.utf8) + response.body
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, noSignal) }
            guard count > 0 else { break }
            rest = Data(rest.dropFirst(count))
        }
        close(connection)
    }
}

#if os(Linux)
    private let stream = Int32(SOCK_STREAM.rawValue)
    private let noSignal = Int32(MSG_NOSIGNAL)
#else
    private let stream = SOCK_STREAM
    private let noSignal: Int32 = 0
#endif

/// A socket of this machine alone, and the requests that arrive there.
struct Listener: Sendable {
    private let socket: Int32
    /// No picture is larger, and no more requests wait.
    private static let largestBody = 64 << 20, longestQueue = 64

    init(port: UInt16) throws {
        socket = Foundation.socket(AF_INET, stream, 0)
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) } == 0
        }
        guard isBound, listen(socket, 64) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// The requests, as they arrive. Where too many wait, the newest is refused.
    func requests() -> AsyncStream<Request> {
        AsyncStream(bufferingPolicy: .bufferingOldest(Self.longestQueue)) { requests in
            Thread.detachNewThread {
                while true {
                    let connection = accept(socket, nil, nil)
                    guard connection >= 0 else { continue }
                    // Waiting for a slow sender blocks a thread of its own, none of those that tasks share.
                    Thread.detachNewThread {
                        guard let body = Self.body(of: connection) else {
                            return Request(body: Data(), connection: connection)
                                .reply(
                                    Response(
                                        status: "400 Bad Request", body: Data("expected a picture\n".utf8)))
                        }
                        if case .dropped(let request) = requests.yield(
                            Request(body: body, connection: connection))
                        {
                            request.reply(Response(status: "503 Service Unavailable", body: Data()))
                        }
                    }
                }
            }
        }
    }

    /// The body of the request that a connection sends; `nil` where it has none that can be read.
    private static func body(of connection: Int32) -> Data? {
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var received = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var end = Int.max
        while received.count < end {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
            guard end == .max else { continue }
            guard let head = received.range(of: Data("\r\n\r\n".utf8)) else {
                guard received.count < 1 << 16 else { return nil }
                continue
            }
            let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).lowercased()
                .split(separator: "\r\n")
            guard let line = lines.first(where: { $0.hasPrefix("content-length:") }),
                let length = Int(line.dropFirst(15).drop(while: { $0 == " " })),
                (1...largestBody).contains(length)
            else { return nil }
            // curl asks whether to go on before it sends much.
            if lines.contains("expect: 100-continue") {
                let goOn = "HTTP/1.1 100 Continue\r\n\r\n"
                _ = send(connection, goOn, goOn.utf8.count, noSignal)
            }
            received = Data(received[head.upperBound...])
            end = length
        }
        return received.prefix(end)
    }
}
