import Foundation
import GraftArchitectures
import GraftDatasets
import GraftFiles
import GraftTestServer
import GraftTraining
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `graft weights`, with a published file of this machine behind a server or in a folder.
@Suite struct WeightsTests {
    let graft: GraftProcess

    init() throws { graft = try GraftProcess() }

    /// A published file that this machine has.
    struct Sample {
        var arguments: [String]
        var path: String
        var name: String { String(path.split(separator: "/").last ?? "") }
    }

    static let sample: Sample? = {
        let shared = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../../shared/weights/"
        return [
            Sample(
                arguments: ["squeezenet1_1.keras", "--no-top"],
                path: shared + "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5"),
            Sample(arguments: ["efficientnet_lite0"], path: GraftProcess.weights),
        ].first { FileManager.default.fileExists(atPath: $0.path) }
    }()
    static let hasSample = sample != nil
    static let noSample: Comment = "no published file is here: neither ../shared nor the default weights"

    private func content() throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: #require(Self.sample).path)))
    }

    private func landed() throws -> String {
        graft.folder + "/home/weights/" + (try #require(Self.sample).name)
    }

    /// A server with the sample, which takes about a second to send it.
    private func slowServer() throws -> TestServer {
        let content = try content()
        return try TestServer { request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.pause = .milliseconds(Int64(65_536_000 / content.count))
            return answer
        }
    }

    // MARK: Pulling

    @Test(.enabled(if: hasSample, noSample))
    func pullFetchesFromAMirrorAndVerifyFindsAFlippedByte() throws {
        let sample = try #require(Self.sample)
        let content = try content()
        let server = try TestServer { .file(content, for: $0) }
        defer { server.stop() }
        let pull = ["weights", "pull"] + sample.arguments
        let outcome = graft.finish(
            try graft.start(pull + ["--json"], environment: ["GRAFT_MIRROR": server.address("m")]))
        #expect(outcome.code == 0, "\(outcome.errors)")
        let last = try #require(try outcome.objects().last)
        #expect(last["event"] as? String == "pulled" && last["status"] as? String == "fetched")
        #expect(last["bytes"] as? Int == content.count)
        #expect(server.requests.map(\.path) == ["/m/\(sample.name)"])
        #expect(try graft.run("weights", "verify").code == 0)

        var damaged = content
        damaged[damaged.count / 3] ^= 4
        try Data(damaged).write(to: URL(filePath: try landed()))
        let check = try graft.run("weights", "verify", "--json")
        #expect(check.code == 1)
        #expect(try check.objects().map { $0["status"] as? String } == ["wrong"])
        #expect(check.errors.contains("It is damaged or another file: delete it."), "\(check.errors)")

        // And pulling again repairs, here from a folder, in words that fit a terminal.
        let folder = String(sample.path.dropLast(sample.name.count + 1))
        let again = graft.finish(try graft.start(pull + ["--offline", "--mirror", folder]))
        #expect(again.code == 0, "\(again.errors)")
        #expect(again.output.hasPrefix("pulled    \(sample.arguments[0]), "), "\(again.output)")
        #expect(try graft.run("weights", "verify", sample.arguments[0]).code == 0)
        let third = graft.finish(try graft.start(pull + ["--offline"]))
        #expect(third.code == 0 && third.output.hasPrefix("here "), "\(third.output)")
    }

    @Test(.enabled(if: hasSample, noSample))
    func interruptedPullGoesOnWhereItStopped() throws {
        let sample = try #require(Self.sample)
        let server = try slowServer()
        defer { server.stop() }
        let arguments = ["weights", "pull", "--json", "--mirror", server.address("")] + sample.arguments
        let part = graft.folder + "/home/weights/.\(sample.name).part"
        let outcome = try graft.interrupted(arguments, whenBytesOf: part, reach: 300_000)
        #expect(outcome.code == 130, "\(outcome.output) \(outcome.errors)")
        #expect(
            outcome.errors.hasSuffix(
                "Interrupted. What has arrived is kept; run the same command to go on.\n"),
            "\(outcome.errors)")
        let kept = try #require(try FileStatus.of(part)?.byteCount)
        #expect(kept >= 300_000)
        #expect(try FileStatus.of(landed()) == nil)
        let again = graft.finish(try graft.start(arguments))
        #expect(again.code == 0, "\(again.errors)")
        #expect(try again.objects().last?["resumedFrom"] as? Int == kept)
        #expect(server.requests.map(\.rangeStart) == [nil, kept])
        #expect(try graft.names(in: "home/weights") == [sample.name])
        #expect(try Array(Data(contentsOf: URL(filePath: landed()))) == content())
    }

    @Test(.enabled(if: hasSample, noSample))
    func twoPullsAtOnceFetchOnce() throws {
        let sample = try #require(Self.sample)
        let server = try slowServer()
        defer { server.stop() }
        let arguments = ["weights", "pull", "--json", "--mirror", server.address("")] + sample.arguments
        let other = try GraftProcess()
        let environment = ["GRAFT_HOME": graft.folder + "/home"]
        let first = try graft.start(arguments)
        let second = try other.start(arguments, environment: environment)
        let outcomes = [graft.finish(first), other.finish(second)]
        #expect(outcomes.map(\.code) == [0, 0], "\(outcomes)")
        #expect(
            try Set(outcomes.map { try $0.objects().last?["status"] as? String }) == ["fetched", "here"])
        #expect(server.requests.count == 1)
    }

    @Test(
        .enabled(if: hasSample, noSample),
        .enabled(if: InterruptionTests.canMount, "this user may not mount a small disk"))
    func fullDiskIsToldBeforeTheTransfer() throws {
        let sample = try #require(Self.sample)
        let content = try content()
        let server = try TestServer { .file(content, for: $0) }
        defer { server.stop() }
        let disk = graft.folder + "/home/weights"
        try #require(InterruptionTests.system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk))
        defer { _ = InterruptionTests.system("umount", disk) }
        let outcome = graft.finish(
            try graft.start(["weights", "pull", "--mirror", server.address("")] + sample.arguments))
        #expect(outcome.code == 1)
        #expect(
            outcome.errors.contains("needs \(content.count) more bytes, and its disk has "),
            "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("Free some space, or choose another place.\n"), "\(outcome.errors)")
        #expect(try graft.names(in: "home/weights").isEmpty)
    }

    @Test func pullGoesOnWithTheOthersWhereOneFails() throws {
        let fixture =
            URL(filePath: #filePath).deletingLastPathComponent().path
            + "/../../Conformance/Fixtures/files/mobilenet_v1_tiny.keras.published.h5"
        let content = Array(try Data(contentsOf: URL(filePath: fixture)))
        let server = try TestServer { request in
            request.path.contains("mobilenet") ? .file(content, for: request) : .init(404)
        }
        defer { server.stop() }
        let outcome = try graft.run(
            "weights", "pull", "xception", "mobilenet_v2_050", "--mirror", server.address(""), "--json")
        #expect(outcome.code == 1)
        let address = server.address("xception_weights_tf_dim_ordering_tf_kernels.h5")
        #expect(
            outcome.errors.contains(
                "graft: \(address) answered HTTP 404 (not found); expected the file. Check the address; or bring "
                    + "xception_weights_tf_dim_ordering_tf_kernels.h5 from elsewhere and run "
                    + "`graft weights import xception_weights_tf_dim_ordering_tf_kernels.h5`."),
            "\(outcome.errors)")
        #expect(
            try outcome.objects().compactMap { $0["event"] as? String }.filter { $0 != "progress" }
                == ["error", "pulled"])
    }

    @Test func offlineAndWrongNamesAreTold() throws {
        let offline = try graft.run(
            "weights", "pull", "vgg16.keras", environment: ["GRAFT_OFFLINE": "1"])
        #expect(offline.code == 1)
        #expect(offline.errors.contains("vgg16.keras is not here, and Graft is told to stay offline"))
        let bare = try graft.run("weights", "pull", "vgg16", environment: ["GRAFT_OFFLINE": "1"])
        #expect(bare.errors.contains("vgg16.keras is not here"))
        let unknown = try graft.run("weights", "pull", "vgg61.keras")
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("Did you mean vgg16.keras?"))
        #expect(try graft.run("weights", "pull").code == 64)
        #expect(try graft.run("weights", "pull", "vgg16", "--mirror", "").code == 64)
    }

    // MARK: The rest

    @Test(.enabled(if: hasSample, noSample))
    func importedFileIsFoundByPath() throws {
        let sample = try #require(Self.sample)
        let path = ["weights", "path"] + sample.arguments
        let before = graft.finish(try graft.start(path))
        #expect(before.code == 1)
        #expect(before.output == "\(try landed())\n")
        let outcome = try graft.run("weights", "import", sample.path, "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try outcome.objects().last?["isVerified"] as? Bool == true)
        let after = graft.finish(try graft.start(path))
        #expect(after.code == 0)
        #expect(after.output == "\(try landed())\n")
        let refused = try graft.run("weights", "import", sample.path, "--as", "vgg19.keras")
        #expect(refused.code == 1)
        #expect(refused.errors.contains(" is not vgg19.keras: it has "), "\(refused.errors)")
    }

    @Test func listFits80ColumnsAndTellsPrograms() throws {
        let outcome = try graft.run("weights")
        #expect(outcome.code == 0)
        #expect(
            outcome.output.contains(
                "resnet50.keras            103 MB    224    0.749  MIT                     -\n"))
        for line in outcome.output.split(separator: "\n").dropLast() { #expect(line.count <= 80, "\(line)") }
        let rows = try graft.run("weights", "list", "--json").objects()
        #expect(rows.count == PretrainedWeights.all.count)
        #expect(rows.first?["name"] as? String == "efficientnet_lite0")
        #expect(try graft.run("weights", "verify").output.hasPrefix("No published weights are in "))
        for command in ["list", "pull", "verify", "import", "path"] {
            let help = try graft.run("weights", command, "--help")
            #expect(help.code == 0)
            for line in help.output.split(separator: "\n") where !line.hasPrefix("USAGE: ") {
                #expect(line.count <= 80, "\(line)")
            }
        }
    }
}
