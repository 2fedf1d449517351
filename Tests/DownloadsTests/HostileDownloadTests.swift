import Foundation
import GraftDownloads
import GraftFiles
import GraftTestServer
import Synchronization
import Testing

/// Servers that want to fill the disk, to keep a reader busy, or to make it miscount.
@Suite struct HostileDownloadTests {
    let content = DownloadFixture.content()

    /// A server that sends the content again and again without saying how much that will be.
    private func endless(_ status: Int = 200) throws -> DownloadFixture {
        try DownloadFixture { [content] _ in
            var answer = TestServer.Answer(status, body: content)
            (answer.tellsLength, answer.repeats) = (false, 3000)
            return answer
        }
    }

    @Test func noMoreIsTakenThanTheFileHas() throws {
        let fixture = try endless()
        #expect(
            fixture.failure(of: fixture.download(size: 1_000_000))
                == "ADDRESS gives more bytes than the file has; expected 1000000 bytes. "
                + "It is not the published file; nothing of it was kept.")
        #expect(fixture.names.isEmpty, "\(fixture.names)")
    }

    @Test func noMoreIsTakenThanTheLimitWhereNoSizeIsKnown() throws {
        let fixture = try endless()
        var download = fixture.download()
        download.limit = 700_000
        #expect(
            fixture.failure(of: download)
                == "ADDRESS gives more bytes than the file has; expected at most 700000 bytes. "
                + "It is not the published file; nothing of it was kept.")
        #expect(fixture.names.isEmpty, "\(fixture.names)")
        // What is announced is not even begun.
        let announced = try DownloadFixture { [content] request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.stallAfter = 10
            return answer
        }
        download = announced.download()
        download.limit = content.count - 1
        #expect(announced.failure(of: download).contains("expected at most 299999 bytes"))
    }

    @Test func pageOfARefusalIsNotReadToItsEnd() throws {
        let fixture = try endless(404)
        #expect(
            fixture.failure(of: fixture.download())
                == "ADDRESS answered HTTP 404 (not found); expected the file. Check the address.")
    }

    @Test(arguments: [
        ("bytes 1000-1999/*", Int.max), ("bytes 1000-1999/-9223372036854775808", 5),
        ("bytes 1000-1999/9223372036854775807", 5), ("bytes -9223372036854775808-5/9", 5),
        ("bytes 99999999999999999999-5/9", 5), ("bytes 1000-1999/10", 5),
    ])
    func lengthsBeyondAllNumbersAreRefused(range: String, length: Int) throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            guard request.rangeStart != nil else {
                answer.cutAfter = 1000
                return answer
            }
            answer.fields["Content-Range"] = range
            answer.claimedLength = length
            answer.cutAfter = 5
            return answer
        }
        var settings = DownloadFixture.settings
        settings.attempts = 2
        let download = fixture.download(
            size: content.count, checksum: DownloadFixture.sha256(content))
        #expect(fixture.failure(of: download, settings).hasPrefix("ADDRESS "))
        #expect(fixture.landed == nil)
    }

    @Test func bytesOfAnEarlierTryAreKeptWhereTheNextAnswerIsAnotherFile() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            if request.number == 0 {
                answer.cutAfter = 1000
            } else {
                answer.fields["Content-Type"] = "text/html"
            }
            return answer
        }
        let sentence = fixture.failure(of: fixture.download(size: content.count))
        #expect(
            sentence
                == "ADDRESS answered with an HTML page; expected the file itself. This answer was not used. "
                + "The 1000 bytes that arrived earlier are kept for the next try.", "\(sentence)")
        #expect(fixture.part == Array(content[..<1000]))
    }

    @Test func serverThatGivesAByteNowAndThenIsLeft() throws {
        let fixture = try DownloadFixture { _ in
            var answer = TestServer.Answer(body: [UInt8](repeating: 7, count: 1))
            (answer.claimedLength, answer.repeats) = (100_000, 100_000)
            answer.pause = .milliseconds(50)
            return answer
        }
        var settings = DownloadFixture.settings
        settings.stallTime = .milliseconds(700)
        settings.attempts = 1
        #expect(
            fixture.failure(of: fixture.download(), settings).contains("sent next to nothing for 0.7 seconds")
        )
    }

    @Test func inspectorDecidesBeforeTheFileTakesItsPlace() throws {
        let fixture = try DownloadFixture { [content] in .file(content, for: $0) }
        var download = fixture.download()
        let seen = Mutex<[UInt8]>([])
        download.inspect = { path in
            seen.withLock { $0 = FileManager.default.contents(atPath: path).map { Array($0) } ?? [] }
            throw CancellationError()
        }
        #expect(throws: CancellationError.self) { try download.run(settings: DownloadFixture.settings) }
        #expect(seen.withLock { $0 } == content)
        #expect(fixture.names.isEmpty, "\(fixture.names)")
    }
}
