import Foundation
import GraftFiles
import GraftTestServer
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Weights that come by themselves when a command needs them.
@Suite struct FetchingTests {
    let graft: GraftProcess
    static let name = "efficientnet-lite0-57934424.pth"

    init() throws {
        graft = try GraftProcess()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
    }

    private func server(pause: Duration? = nil) throws -> TestServer {
        let content = Array(try Data(contentsOf: URL(filePath: GraftProcess.weights)))
        return try TestServer { request in
            var answer = TestServer.Answer.file(content, for: request)
            answer.pause = pause
            return answer
        }
    }

    private let train = ["train", "photos", "--recipe", "features", "--epochs", "1", "--json"]

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func trainingFetchesWhatItNeedsOnceAndSaysSoFirst() throws {
        let server = try server()
        defer { server.stop() }
        let mirror = ["GRAFT_MIRROR": server.address("m")]
        let outcome = graft.finish(try graft.start(train, environment: mirror))
        #expect(outcome.code == 0, "\(outcome.errors)")
        let objects = try outcome.objects()
        let events = objects.compactMap { $0["event"] as? String }
        #expect(events.prefix(3) == ["data", "trunk", "pulling"])
        let told = try #require(objects.first { $0["event"] as? String == "pulling" })
        #expect(told["bytes"] as? Int == 18_826_032 && told["licence"] as? String == "Apache-2.0")
        #expect((told["path"] as? String)?.hasSuffix("/home/weights/\(Self.name)") == true)
        #expect(told["address"] as? String == server.address("m/\(Self.name)"))
        #expect(events.contains("pulled"))
        // For people, too.
        #expect(outcome.errors.contains("licence Apache-2.0) is fetched once, from"), "\(outcome.errors)")
        let again = graft.finish(
            try graft.start(train + ["-o", "b.graft"], environment: mirror))
        #expect(again.code == 0 && !again.output.contains("pulling"))
        #expect(server.requests.count == 1)
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func predictingWithAPretrainedNetworkFetchesIt() throws {
        let server = try server()
        defer { server.stop() }
        let picture = try "photos/blue/" + #require(graft.names(in: "photos/blue").first)
        let outcome = try graft.run(
            "predict", "--pretrained", "efficientnet_lite0", picture,
            environment: ["GRAFT_MIRROR": server.address("m")])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("weights   efficientnet_lite0 (18.8 MB, "), "\(outcome.output)")
        #expect(try graft.names(in: "home/weights") == [Self.name])
    }

    @Test(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights))
    func interruptedFetchingKeepsWhatArrivedAndGoesOn() throws {
        let server = try server(pause: .milliseconds(20))
        defer { server.stop() }
        let mirror = ["GRAFT_MIRROR": server.address("m")]
        let part = graft.folder + "/home/weights/.\(Self.name).part"
        let outcome = try graft.interrupted(train, environment: mirror, whenBytesOf: part, reach: 300_000)
        #expect(outcome.code == 130, "\(outcome.output) \(outcome.errors)")
        #expect(
            outcome.errors.hasSuffix(
                "Interrupted. What was computed so far is kept; run the same command to go on.\n"),
            "\(outcome.errors)")
        let kept = try #require(try FileStatus.of(part)?.byteCount)
        let again = graft.finish(try graft.start(train, environment: mirror))
        #expect(again.code == 0, "\(again.errors)")
        #expect(server.requests.map(\.rangeStart) == [nil, kept])
    }

    @Test func missingWeightsAreToldOfflineAndWithoutANetwork() throws {
        let offline = graft.finish(try graft.start(train))
        #expect(offline.code == 1)
        #expect(
            offline.errors.contains("efficientnet_lite0 is not here, and Graft is told to stay offline"),
            "\(offline.errors)")
        let flag = graft.finish(try graft.start(train + ["--offline"], environment: ["GRAFT_OFFLINE": "0"]))
        #expect(flag.code == 1)
        #expect(flag.errors.contains("Run `graft weights pull efficientnet_lite0`."), "\(flag.errors)")
        let server = try TestServer { _ in .init(404) }
        let address = server.address("m")
        server.stop()
        let picture = try "photos/blue/" + #require(graft.names(in: "photos/blue").first)
        let refused = try graft.run(
            "predict", "--pretrained", "resnet18", picture, environment: ["GRAFT_MIRROR": address + ":bad"])
        #expect(refused.code == 1)
        #expect(refused.errors.contains("graft weights import resnet18-f37072fd.pth"), "\(refused.errors)")
        let model = try graft.run("predict", "m.graft", picture, "--offline")
        #expect(model.code == 64 && model.errors.contains("--offline has no effect without --pretrained."))
    }

    @Test func planAndTrainingFromScratchNeedNoWeights() throws {
        let plan = try graft.run("plan", "photos", "--recipe", "features", "--measure-seconds", "0.01")
        #expect(plan.code == 0, "\(plan.errors)")
        // What cannot be fetched offline is not announced.
        #expect(!plan.output.contains("to be fetched"))
        let online = try graft.run(
            "plan", "photos", "--recipe", "features", "--measure-seconds", "0.01", "--json",
            environment: ["GRAFT_OFFLINE": "0"])
        let missing = try #require(online.objects().first?["missingWeights"] as? [String: Any])
        #expect(missing["weights"] as? String == "efficientnet_lite0")
        let scratch = try graft.run(
            "plan", "photos", "--recipe", "from-scratch", "--measure-seconds", "0.01", "--input-size", "32",
            "--base", "vgg_c")
        // Its weights are not asked for, nor that it has something to normalise.
        #expect(scratch.code == 0, "\(scratch.errors)")
        let small = try graft.run(
            "train", "photos", "--recipe", "from-scratch", "--epochs", "6", "--input-size", "32", "--base",
            "mobilenet_v1_025")
        #expect(small.code == 0, "\(small.errors)")
        #expect(small.output.contains("mobilenet_v1_025.keras, random weights, 32 px"), "\(small.output)")
        let unpublished = try graft.run("train", "photos", "--base", "vgg_c")
        #expect(unpublished.errors.contains("vgg_c.pytorch has no published weights"))
        #expect(try graft.names(in: "home/weights").isEmpty)
    }
}
