import Foundation
import Testing

/// Pretrained networks used whole, and weight files of the user's own.
@Suite(.enabled(if: GraftProcess.hasWeights, GraftProcess.missingWeights)) struct PretrainedTests {
    let graft: GraftProcess

    init() throws {
        graft = try GraftProcess()
        try Pictures.makeClasses(["blue", "red"], count: 6, in: graft.folder + "/photos")
    }

    @Test func pretrainedNetworkNamesFiveOfItsThousandClasses() throws {
        try graft.linkWeights()
        let picture = try self.firstPicture()
        let outcome = try graft.run("predict", "--pretrained", "efficientnet_lite0", picture)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines.first == "\(picture)")
        let shares = lines.dropFirst().compactMap { Double($0.split(separator: " ")[0]) }
        #expect(shares.count == 5 && shares == shares.sorted(by: >))

        let json = try graft.run(
            "predict", "--pretrained", "efficientnet_lite0", picture, "--top", "1000", "--json")
        let predictions = try #require(json.objects().first?["predictions"] as? [[String: Any]])
        #expect(Set(predictions.compactMap { $0["label"] as? String }).count == 1000)
        let sum = predictions.compactMap { $0["probability"] as? Double }.reduce(0, +)
        #expect(abs(sum - 1) < 1e-3)
    }

    @Test func missingWeightsAndWrongFilesAreTold() throws {
        let picture = try firstPicture()
        let missing = try graft.run("predict", "--pretrained", "mobilenet_v2", picture, "--offline")
        #expect(missing.code == 1)
        #expect(missing.errors.contains("Run `graft weights pull mobilenet_v2.keras`."), "\(missing.errors)")

        let unpublished = try graft.run("predict", "--pretrained", "vgg_c", picture)
        #expect(unpublished.code == 1)
        #expect(
            unpublished.errors
                == "graft: vgg_c.pytorch has no published weights. Give a file of weights with --weights, or "
                + "choose another network.\n")

        let other = try graft.run(
            "predict", "--pretrained", "resnet18", "--weights", GraftProcess.weights, picture)
        #expect(other.code == 1)
        #expect(other.errors.contains("does not fit resnet18.torchvision: missing: conv1.weight"))

        try Data("no weights".utf8).write(to: URL(filePath: graft.folder + "/w.h5"))
        let none = try graft.run("train", "photos", "--recipe", "features", "--weights", "w.h5")
        #expect(none.code == 1)
        #expect(none.errors.hasPrefix("graft: w.h5 starts with the bytes 6e 6f 20"), "\(none.errors)")
        #expect(try graft.names() == ["photos", "w.h5"])
    }

    @Test func weightsOfOnesOwnTrainTheSameModelAsThePublishedFile() throws {
        try graft.linkWeights()
        let published = try graft.run(
            "train", "photos", "--recipe", "features", "-o", "a.graft", "--epochs", "2")
        #expect(published.code == 0, "\(published.errors)")
        try FileManager.default.removeItem(
            atPath: graft.folder + "/home/weights/efficientnet-lite0-57934424.pth")
        let own = try graft.run(
            "train", "photos", "--recipe", "features", "-o", "b.graft", "--epochs", "2", "--weights",
            GraftProcess.weights)
        #expect(own.code == 0, "\(own.errors)")
        #expect(own.output.contains("efficientnet_lite0, weights of efficientnet-lite0-57934424.pth"))
        let weights = ["a", "b"].map { "\(graft.folder)/\($0).graft/weights.safetensors" }
        #expect(FileManager.default.contentsEqual(atPath: weights[0], andPath: weights[1]))
    }

    @Test func inspectShowsWhatAFileHoldsAndWhetherItFits() throws {
        let outcome = try graft.run(
            "weights", "inspect", GraftProcess.weights, "--network", "efficientnet_lite0")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("fits      efficientnet_lite0 with its classifier: 2"))
        let json = try graft.run("weights", "inspect", GraftProcess.weights, "--json")
        let tensors = try #require(json.objects().first?["tensors"] as? [[String: Any]])
        #expect(tensors.contains { $0["name"] as? String == "_fc.weight" })
        let wrong = try graft.run("weights", "inspect", GraftProcess.weights, "--network", "vgg16")
        #expect(wrong.code == 1)
        #expect(wrong.errors.contains("does not fit vgg16.keras"))
    }

    private func firstPicture() throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: graft.folder + "/photos/red")
        return "photos/red/\(try #require(names.sorted().first))"
    }
}
