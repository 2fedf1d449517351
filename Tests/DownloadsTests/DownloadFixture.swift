import Foundation
import GraftDownloads
import GraftFiles
import GraftTestServer
import Synchronization

/// A folder and a server of a test's own, both gone with it.
final class DownloadFixture: Sendable {
    let folder: String
    let server: TestServer

    init(_ answer: @escaping @Sendable (TestServer.Request) -> TestServer.Answer) throws {
        folder = FileManager.default.temporaryDirectory.path + "/downloads-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        server = try TestServer(answer)
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Bytes without any order, always the same.
    static func content(_ count: Int = 300_000, seed: UInt32 = 1) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    static func sha256(_ content: [UInt8]) -> Checksum { .sha256(SHA256Digest(of: content)) }

    /// Settings for a server next door.
    static let settings: DownloadSettings = {
        var settings = DownloadSettings()
        // A busy machine is no stalled server.
        settings.stallTime = .seconds(30)
        settings.firstPause = .milliseconds(5)
        settings.attempts = 3
        return settings
    }()

    var path: String { folder + "/model.bin" }
    var address: String { server.address("model.bin") }

    func download(size: Int? = nil, checksum: Checksum? = nil) -> Download {
        Download(address, to: path, size: size, checksum: checksum)
    }

    /// What lies in the folder, hidden files included.
    var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    }

    var landed: [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

    /// The bytes that an interrupted download left.
    var part: [UInt8]? { FileManager.default.contents(atPath: folder + "/.model.bin.part").map { Array($0) } }

    /// Runs a download that must fail; its sentence, with the server's address as ADDRESS.
    func failure(of download: Download, _ settings: DownloadSettings = settings) -> String {
        do {
            let outcome = try download.run(settings: settings)
            return "no failure: \(outcome)"
        } catch {
            return "\(error)".replacingOccurrences(of: address, with: "ADDRESS")
                .replacingOccurrences(of: path, with: "PATH")
        }
    }
}

/// The events of a download, in the few words a test compares.
final class EventLog: Sendable {
    private let log = Mutex<[String]>([])

    var events: [String] { log.withLock { $0 } }

    func take(_ event: DownloadEvent) {
        let words: String? =
            switch event {
            case .waiting: "waiting"
            case .progress: nil
            case .retrying(_, let pause): "retrying after \(pause)"
            case .startingAnew(let reason): "anew: \(reason)"
            }
        if let words { log.withLock { $0.append(words) } }
    }
}
