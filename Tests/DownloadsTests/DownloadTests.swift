import Foundation
import GraftDownloads
import GraftFiles
import GraftTestServer
import Synchronization
import Testing

/// Whole downloads, and what becomes of them when the server means well but the line does not.
@Suite struct DownloadTests {
    let content = DownloadFixture.content()

    @Test func fileLandsWholeAndNothingElseIsLeft() throws {
        let content = content
        let fixture = try DownloadFixture { .file(content, for: $0) }
        let progress = Mutex<[Int]>([])
        let outcome = try fixture.download(size: content.count, checksum: DownloadFixture.sha256(content))
            .run(
                settings: DownloadFixture.settings,
                report: { event in
                    if case .progress(let received, let total) = event {
                        #expect(total == content.count)
                        progress.withLock { $0.append(received) }
                    }
                })
        #expect(outcome == .downloaded(bytes: content.count, resumedFrom: 0))
        #expect(fixture.landed == content)
        #expect(fixture.names == ["model.bin"])
        let steps = progress.withLock { $0 }
        #expect(steps.first == 0 && steps.last == content.count && steps == steps.sorted())
        #expect(fixture.server.requests.map(\.path) == ["/model.bin"])
    }

    @Test func fileThatIsThereIsNotFetchedAgainAndDamagedOneIs() throws {
        let content = content
        let fixture = try DownloadFixture { .file(content, for: $0) }
        let download = fixture.download(checksum: DownloadFixture.sha256(content))
        try download.run(settings: DownloadFixture.settings)
        #expect(try download.run(settings: DownloadFixture.settings) == .alreadyThere)
        #expect(fixture.server.requests.count == 1)
        var damaged = content
        damaged[1000] ^= 1
        try Data(damaged).write(to: URL(filePath: fixture.path))
        try download.run(settings: DownloadFixture.settings)
        #expect(fixture.landed == content)
    }

    @Test func emptyFileIsAFile() throws {
        let fixture = try DownloadFixture { .file([], for: $0) }
        try fixture.download().run(settings: DownloadFixture.settings)
        #expect(fixture.landed == [])
    }

    @Test(arguments: [
        Checksum.md5("900150983cd24fb0d6963f7d28e17f72"), .sha256Prefix("ba7816bf"),
        .sha256(SHA256Digest(of: "abc")),
    ])
    func everyKindOfChecksumIsMetByItsFileOnly(checksum: Checksum) throws {
        // The values for "abc" in RFC 1321 and FIPS 180-4.
        let fixture = try DownloadFixture { .file(Array($0.path == "/b" ? "abd".utf8 : "abc".utf8), for: $0) }
        try fixture.download(checksum: checksum).run(settings: DownloadFixture.settings)
        let other = Download(fixture.server.address("b"), to: fixture.folder + "/b", checksum: checksum)
        #expect(throws: DownloadError.self) { try other.run(settings: DownloadFixture.settings) }
        #expect(fixture.names == ["model.bin"])
    }

    // MARK: Lines that break

    @Test func cutOffFileIsResumedWhereItStopped() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            if request.number < 2 { answer.cutAfter = 100_000 }
            return answer
        }
        let log = EventLog()
        let outcome = try fixture.download(size: content.count).run(
            settings: DownloadFixture.settings, report: log.take)
        #expect(outcome == .downloaded(bytes: content.count, resumedFrom: 0))
        #expect(fixture.landed == content)
        #expect(fixture.server.requests.map(\.rangeStart) == [nil, 100_000, 200_000])
        #expect(fixture.server.requests[1].fields["if-range"] == "\"1\"")
        #expect(log.events == ["retrying after 0.005 seconds", "retrying after 0.01 seconds"])
    }

    @Test func fileThatIsCutOffTooOftenKeepsItsPartForTheNextRun() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            if request.number < 3 { answer.cutAfter = 50_000 }
            return answer
        }
        #expect(
            fixture.failure(of: fixture.download())
                == "ADDRESS was cut off after 150000 of 300000 bytes; expected the whole file. "
                + "Do the same again to go on from there.")
        #expect(fixture.part == Array(content[..<150_000]))
        #expect(fixture.landed == nil)
        #expect(
            try fixture.download().run(settings: DownloadFixture.settings)
                == .downloaded(bytes: content.count, resumedFrom: 150_000))
        #expect(fixture.landed == content)
        #expect(fixture.names == ["model.bin"])
    }

    @Test func serverWithoutRangesSendsTheFileFromItsBeginning() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer(200, body: content, fields: ["ETag": "\"1\""])
            if request.number == 0 { answer.cutAfter = 100_000 }
            return answer
        }
        let log = EventLog()
        try fixture.download().run(settings: DownloadFixture.settings, report: log.take)
        #expect(fixture.landed == content)
        #expect(log.events.last == "anew: the server sends it whole, or has another version")
    }

    @Test func fileThatChangedBetweenTwoRequestsIsFetchedAnew() throws {
        let old = content
        let new = DownloadFixture.content(seed: 2)
        let fixture = try DownloadFixture { request in
            guard request.number == 0 else { return .file(new, entityTag: "\"2\"", for: request) }
            var answer = TestServer.Answer.file(old, for: request)
            answer.cutAfter = 100_000
            return answer
        }
        try fixture.download().run(settings: DownloadFixture.settings)
        #expect(fixture.landed == new)
    }

    @Test func piecesOfTwoVersionsAreFoundByTheChecksumAndFetchedAnew() throws {
        let old = content
        let new = DownloadFixture.content(seed: 2)
        // Without entity tags the server cannot tell that the file is another one by now.
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(
                request.number == 0 ? old : new, entityTag: nil, for: request)
            if request.number == 0 { answer.cutAfter = 100_000 }
            return answer
        }
        let log = EventLog()
        try fixture.download(checksum: DownloadFixture.sha256(new)).run(
            settings: DownloadFixture.settings, report: log.take)
        #expect(fixture.landed == new)
        #expect(log.events.last == "anew: what was there did not belong to this file")
        #expect(fixture.server.requests.map(\.rangeStart) == [nil, 100_000, nil])
    }

    @Test func withoutEntityTagAndChecksumNothingIsResumed() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, entityTag: nil, for: request)
            if request.number == 0 { answer.cutAfter = 100_000 }
            return answer
        }
        try fixture.download().run(settings: DownloadFixture.settings)
        #expect(fixture.landed == content)
        #expect(fixture.server.requests.map(\.rangeStart) == [nil, nil])
    }

    @Test func partOfAnotherAddressIsNotResumed() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            if request.path == "/other" { answer.cutAfter = 1000 }
            return answer
        }
        let other = Download(fixture.server.address("other"), to: fixture.path)
        #expect(throws: DownloadError.self) { try other.run(settings: DownloadFixture.settings) }
        #expect(fixture.part?.count == 3000)
        try fixture.download().run(settings: DownloadFixture.settings)
        #expect(fixture.landed == content)
        #expect(fixture.server.requests.last?.rangeStart == nil)
    }

    @Test func partThatIsWholeAlreadyOnlyLands() throws {
        let content = content
        let fixture = try DownloadFixture { .file(content, for: $0) }
        // As a kill right before the landing leaves it.
        try Data(content).write(to: URL(filePath: fixture.folder + "/.model.bin.part"))
        try Data("address \(fixture.address)\netag \"1\"\n".utf8).write(
            to: URL(filePath: fixture.folder + "/.model.bin.part.origin"))
        try fixture.download(checksum: DownloadFixture.sha256(content)).run(
            settings: DownloadFixture.settings)
        #expect(fixture.landed == content)
        #expect(fixture.server.requests.map(\.rangeStart) == [content.count])
    }

    @Test func serverThatFailsForAWhileIsAskedAgain() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            request.number < 2 ? .init(request.number == 0 ? 500 : 503) : .file(content, for: request)
        }
        let log = EventLog()
        try fixture.download().run(settings: DownloadFixture.settings, report: log.take)
        #expect(fixture.landed == content)
        #expect(log.events.count == 2)
    }

    @Test func redirectionIsFollowed() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            request.path == "/model.bin"
                ? .init(302, fields: ["Location": "/elsewhere"]) : .file(content, for: request)
        }
        try fixture.download().run(settings: DownloadFixture.settings)
        #expect(fixture.landed == content)
        #expect(fixture.server.requests.map(\.path) == ["/model.bin", "/elsewhere"])
    }
}
