import Foundation
import GraftDownloads
import GraftFiles
import GraftTestServer
import Synchronization
import Testing

/// Cancelled downloads, several at once, and files of this machine.
@Suite struct SharedDownloadTests {
    let content = DownloadFixture.content()

    @Test func cancelledDownloadKeepsItsPart() async throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            if request.number == 0 { answer.stallAfter = 100_000 }
            return answer
        }
        let task = Task {
            try await BlockingWork.run { isCancelled in
                var settings = DownloadFixture.settings
                settings.stallTime = .seconds(60)
                try fixture.download().run(settings: settings, isCancelled: isCancelled)
            }
        }
        while fixture.part?.count != 100_000 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(fixture.part == Array(content[..<100_000]))
        #expect(
            try fixture.download().run(settings: DownloadFixture.settings)
                == .downloaded(bytes: content.count, resumedFrom: 100_000))
    }

    @Test func twoAtOnceFetchOnce() async throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.pause = .milliseconds(20)
            return answer
        }
        let outcomes = try await withThrowingTaskGroup(of: DownloadOutcome.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await BlockingWork.run { _ in
                        try fixture.download(checksum: DownloadFixture.sha256(content)).run(
                            settings: DownloadFixture.settings)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(.alreadyThere))
        #expect(outcomes.contains(.downloaded(bytes: content.count, resumedFrom: 0)))
        #expect(fixture.server.requests.count == 1)
        #expect(fixture.landed == content)
        #expect(fixture.names == ["model.bin"])
    }

    @Test func oneThatWaitsTakesOverWhereTheOtherFailed() throws {
        let content = content
        let fixture = try DownloadFixture { .file(content, for: $0) }
        let holder = Holder(try FileLock(ifFreeMaking: fixture.folder + "/.model.bin.part"))
        let log = EventLog()
        Thread.detachNewThread {
            while log.events.isEmpty { usleep(1000) }
            holder.release()
        }
        try fixture.download().run(settings: DownloadFixture.settings, report: log.take)
        #expect(log.events == ["waiting"])
        #expect(fixture.landed == content)
    }

    /// Holds a lock until it is told not to.
    private final class Holder: Sendable {
        private let lock: Mutex<FileLock?>
        init(_ lock: FileLock?) { self.lock = Mutex(lock) }
        func release() { lock.withLock { $0 = nil } }
    }

    @Test func cancellingEndsTheWaitForAnotherProcess() async throws {
        let content = content
        let fixture = try DownloadFixture { .file(content, for: $0) }
        let holder = Holder(try FileLock(ifFreeMaking: fixture.folder + "/.model.bin.part"))
        defer { holder.release() }
        let log = EventLog()
        let task = Task {
            try await BlockingWork.run { isCancelled in
                try fixture.download().run(
                    settings: DownloadFixture.settings, isCancelled: isCancelled, report: log.take)
            }
        }
        while log.events.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(log.events == ["waiting"])
        #expect(fixture.server.requests.isEmpty)
    }

    @Test func filesOfThisMachineAreCopied() throws {
        let content = content
        let fixture = try DownloadFixture { .file([], for: $0) }
        let source = fixture.folder + "/a source.bin"
        try Data(content).write(to: URL(filePath: source))
        let escaped = source.replacingOccurrences(of: " ", with: "%20")
        for address in [source, "file://\(escaped)", "file://localhost\(escaped)"] {
            try? FileManager.default.removeItem(atPath: fixture.path)
            try Download(address, to: fixture.path, checksum: DownloadFixture.sha256(content)).run()
            #expect(fixture.landed == content)
        }
        let other = DownloadFixture.sha256([1])
        let failure = fixture.failure(of: Download(source, to: fixture.folder + "/b", checksum: other))
        #expect(failure.hasPrefix("\(source) gave a file with the SHA-256"), "\(failure)")
        #expect(
            fixture.failure(of: Download(fixture.folder, to: fixture.folder + "/b"))
                == "\(fixture.folder) is not a regular file; expected a file.")
        #expect(
            fixture.failure(of: Download("/nowhere/at/all", to: fixture.folder + "/b"))
                == "/nowhere/at/all does not exist. Check the path.")
        #expect(fixture.names == ["a source.bin", "model.bin"])
    }
}
