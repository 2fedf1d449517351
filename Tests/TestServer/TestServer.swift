import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A small HTTP/1.1 server for tests of downloads, on 127.0.0.1 and a port of the system's choice, in threads
/// of its own.
///
/// It answers what the test's closure says, request by request, and can lie, stall and cut off.
public final class TestServer: Sendable {
    /// What a client asked for.
    public struct Request: Sendable {
        /// The position in the order of all requests, from 0.
        public var number: Int
        /// The path with its slash: "/model.h5".
        public var path: String
        /// The header fields, their names in lower case.
        public var fields: [String: String]

        /// The first byte that is asked for.
        public var rangeStart: Int? {
            guard let range = fields["range"], range.hasPrefix("bytes=") else { return nil }
            return Int(range.dropFirst("bytes=".count).prefix { $0.isNumber })
        }
    }

    /// What to answer.
    public struct Answer: Sendable {
        public var status = 200
        public var fields: [String: String] = [:]
        public var body: [UInt8] = []
        /// The Content-Length to claim; the body's own where it is `nil`.
        public var claimedLength: Int?
        /// Whether a Content-Length is told; without one the body ends where the connection is closed.
        public var tellsLength = true
        /// How often the body is sent.
        public var repeats = 1
        /// After so many bytes of the body, the connection is closed.
        public var cutAfter: Int?
        /// After so many bytes of the body, nothing more is sent, and the connection stays open until the
        /// server is stopped.
        public var stallAfter: Int?
        /// A pause after each 64 KiB.
        public var pause: Duration?

        public init(_ status: Int = 200, body: [UInt8] = [], fields: [String: String] = [:]) {
            self.status = status
            self.body = body
            self.fields = fields
        }

        /// A file, or the rest of it where that is asked for: with an entity tag, and with If-Range obeyed.
        public static func file(_ content: [UInt8], entityTag: String? = "\"1\"", for request: Request)
            -> Answer
        {
            var fields: [String: String] = ["Accept-Ranges": "bytes"]
            if let entityTag { fields["ETag"] = entityTag }
            let condition = request.fields["if-range"]
            guard let start = request.rangeStart, condition == nil || condition == entityTag else {
                return Answer(200, body: content, fields: fields)
            }
            guard start < content.count else {
                return Answer(416, fields: ["Content-Range": "bytes */\(content.count)"])
            }
            fields["Content-Range"] = "bytes \(start)-\(content.count - 1)/\(content.count)"
            return Answer(206, body: Array(content[start...]), fields: fields)
        }
    }

    /// The port it listens on.
    public let port: Int
    private let listener: Int32
    private let answer: @Sendable (Request) -> Answer
    private let state = Mutex(State())

    private struct State {
        var requests: [Request] = []
        var connections: Set<Int32> = []
        var isStopped = false
    }

    /// The requests so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// The address of a path: "http://127.0.0.1:40000/model.h5".
    public func address(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    /// Starts a server.
    public init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        #if canImport(Glibc)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        listener = socket(AF_INET, stream, 0)
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = listener
        let isBound = unsafe withUnsafeMutablePointer(to: &own) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(socket, address, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, address, &length) == 0
            }
        }
        guard listener >= 0, isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: own.sin_port))
        self.answer = answer
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// Closes all connections; to be called at the end of a test, as the server's threads keep it alive.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            let isStopped = state.withLock { state in
                if connection >= 0 { state.connections.insert(connection) }
                return state.isStopped
            }
            if isStopped || connection < 0 { return }
            Thread.detachNewThread { [self] in
                serve(connection)
                _ = state.withLock { $0.connections.remove(connection) }
                close(connection)
            }
        }
    }

    private func serve(_ connection: Int32) {
        while let request = readRequest(connection) {
            let answer = answer(request)
            var head = "HTTP/1.1 \(answer.status) Whatever\r\n"
            for (name, value) in answer.fields { head += "\(name): \(value)\r\n" }
            if answer.tellsLength {
                head += "Content-Length: \(answer.claimedLength ?? answer.body.count)\r\n"
            }
            head += "\r\n"
            guard send(Array(head.utf8)[...], to: connection) else { return }
            let end = min(answer.cutAfter ?? .max, answer.stallAfter ?? .max, answer.body.count)
            for _ in 0..<answer.repeats {
                var rest = answer.body[..<end]
                while !rest.isEmpty {
                    guard send(rest.prefix(65_536), to: connection) else { return }
                    rest = rest.dropFirst(65_536)
                    if let pause = answer.pause { usleep(UInt32(pause / .microseconds(1))) }
                }
            }
            if answer.stallAfter != nil {
                // Until the client or the test hangs up.
                var byte: UInt8 = 0
                _ = unsafe recv(connection, &byte, 1, 0)
                return
            }
            if answer.cutAfter != nil || answer.claimedLength != nil || !answer.tellsLength { return }
        }
    }

    private func readRequest(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
            var byte: UInt8 = 0
            guard unsafe recv(connection, &byte, 1, 0) == 1 else { return nil }
            bytes.append(byte)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        var request = Request(number: 0, path: "", fields: [:])
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        request.path = String(words[1])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            request.fields[line[..<colon].lowercased()] = String(value)
        }
        return state.withLock { state in
            request.number = state.requests.count
            state.requests.append(request)
            return request
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, to connection: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                #if canImport(Glibc)
                    unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                #else
                    unsafe Darwin.send(connection, $0.baseAddress, $0.count, 0)
                #endif
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
