import Foundation
import GraftDownloads
import GraftFiles
import GraftTestServer
import Testing

/// Servers that lie, and how each lie is told.
@Suite struct RefusedDownloadTests {
    let content = DownloadFixture.content()

    private func check(
        _ sentence: String, size: Int? = nil, checksum: Checksum? = nil, requests: ClosedRange<Int> = 1...1,
        _ answer: @escaping @Sendable (TestServer.Request) -> TestServer.Answer
    ) throws {
        let fixture = try DownloadFixture(answer)
        #expect(fixture.failure(of: fixture.download(size: size, checksum: checksum)) == sentence)
        #expect(requests.contains(fixture.server.requests.count))
        #expect(fixture.names.isEmpty, "\(fixture.names)")
    }

    @Test func missingFile() throws {
        try check("ADDRESS answered HTTP 404 (not found); expected the file. Check the address.") { _ in
            .init(404, body: Array("<html>no such thing</html>".utf8))
        }
    }

    @Test func serverThatFailsForGood() throws {
        try check(
            "ADDRESS answered HTTP 503 (the server failed); expected the file. Try again later.",
            // Three attempts, one of which a busy machine may cut off before the server has read it.
            requests: 2...3
        ) { _ in .init(503) }
    }

    @Test(arguments: [["Content-Type": "text/html; charset=utf-8"], [:]])
    func pageInsteadOfTheFile(fields: [String: String]) throws {
        try check(
            "ADDRESS answered with an HTML page; expected the file itself. "
                + "A proxy or a login may stand in between: open the address in a browser."
        ) { _ in .init(200, body: Array("\n<!DOCTYPE html><html>Log in</html>".utf8), fields: fields) }
    }

    @Test func otherBytesOfTheSameLength() throws {
        let content = content
        let other = DownloadFixture.content(seed: 3)
        let found = SHA256Digest(of: other).hexadecimal.prefix(12)
        let expected = SHA256Digest(of: content).hexadecimal.prefix(12)
        try check(
            "ADDRESS gave a file with the SHA-256 \(found)…; expected the SHA-256 \(expected)…. "
                + "It is not the published file; nothing of it was kept.",
            size: content.count, checksum: DownloadFixture.sha256(content)
        ) { .file(other, for: $0) }
    }

    @Test func anotherSizeThanThePublishedOneIsRefusedBeforeItIsFetched() throws {
        let content = content
        try check(
            "ADDRESS gave a file of 300000 bytes; expected 299999 bytes. "
                + "It is not the published file; nothing of it was kept.", size: 299_999
        ) { request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.stallAfter = 10
            return answer
        }
    }

    @Test func lengthThatIsTooShortGivesAFileThatIsRefused() throws {
        let content = content
        let found = SHA256Digest(of: content[..<1000]).hexadecimal.prefix(12)
        let expected = SHA256Digest(of: content).hexadecimal.prefix(12)
        try check(
            "ADDRESS gave a file with the SHA-256 \(found)…; expected the SHA-256 \(expected)…. "
                + "It is not the published file; nothing of it was kept.",
            checksum: DownloadFixture.sha256(content)
        ) { request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.claimedLength = 1000
            return answer
        }
    }

    @Test func stalledServerIsLeftAndItsBytesAreKept() throws {
        let content = content
        let fixture = try DownloadFixture { request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.stallAfter = 1000
            return answer
        }
        var settings = DownloadFixture.settings
        settings.stallTime = .milliseconds(1500)
        let sentence = fixture.failure(of: fixture.download(), settings)
        // Each of the three attempts brings 1000 bytes, but for one that a busy machine leaves no time.
        let kept = try #require(fixture.part)
        #expect(kept == Array(content[..<kept.count]))
        #expect([1000, 2000, 3000].contains(kept.count))
        #expect(
            sentence.hasPrefix("ADDRESS sent next to nothing for 1.5 seconds, after \(kept.count) "),
            "\(sentence)")
        #expect(
            sentence.hasSuffix("expected the whole file. Do the same again to go on from there."))
    }

    @Test func nobodyListens() throws {
        let fixture = try DownloadFixture { .file([], for: $0) }
        fixture.server.stop()
        let sentence = fixture.failure(of: fixture.download())
        #expect(sentence.hasPrefix("ADDRESS cannot be reached: "), "\(sentence)")
        #expect(
            sentence.hasSuffix(
                "; expected a network connection to it. Check the network and its proxy settings, or use a mirror."
            ))
        #expect(fixture.names.isEmpty)
    }

    @Test func unknownHost() throws {
        let fixture = try DownloadFixture { .file([], for: $0) }
        let download = Download("http://no-such-host.invalid/model.bin", to: fixture.path)
        let sentence = fixture.failure(of: download)
        // Where a proxy does the looking up, it is the proxy that answers.
        guard ProcessInfo.processInfo.environment.keys.allSatisfy({ !$0.lowercased().hasSuffix("_proxy") })
        else { return }
        #expect(
            sentence
                == "http://no-such-host.invalid/model.bin cannot be reached: the name of the host is not "
                + "known here; expected a network connection to it. "
                + "Check the network and its proxy settings, or use a mirror.")
    }

    @Test(arguments: ["ftp://127.0.0.1/model.bin", "https:/model.bin://", "file://elsewhere/model.bin"])
    func addressOfAnotherKind(address: String) throws {
        let fixture = try DownloadFixture { .file([], for: $0) }
        #expect(
            fixture.failure(of: Download(address, to: fixture.path))
                == "\(address) is no address that files can be fetched from; expected https://…, http://…, "
                + "file:///… or the path of a file.")
        #expect(fixture.names.isEmpty)
    }

    @Test func redirectionsWithoutEnd() throws {
        let fixture = try DownloadFixture { _ in .init(302, fields: ["Location": "/model.bin"]) }
        #expect(fixture.failure(of: fixture.download()).hasPrefix("ADDRESS could not be fetched: "))
        #expect(fixture.server.requests.count == 11)
    }

    @Test func redirectionToAnUnencryptedAddress() throws {
        let fixture = try DownloadFixture { _ in .init(302, fields: ["Location": "http://127.0.0.1:9/other"])
        }
        var settings = DownloadFixture.settings
        // What holds for https addresses without being asked for.
        settings.requiresEncryptedRedirections = true
        #expect(
            fixture.failure(of: fixture.download(), settings)
                == "ADDRESS leads to http://127.0.0.1:9/other; expected an encrypted address, as this one is. "
                + "Use another mirror.")
    }

    @Test func folderThatDoesNotExist() throws {
        let fixture = try DownloadFixture { .file([], for: $0) }
        let download = Download(fixture.address, to: fixture.folder + "/none/model.bin")
        #expect(throws: DownloadError.self) { try download.run(settings: DownloadFixture.settings) }
    }
}
