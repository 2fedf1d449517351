import Tensors
import Testing
import WeightFiles

/// Published files, against what Python's own readers (torch 2.15, safetensors) say of them.
@Suite(.enabled(if: Shared.isPresent, "../shared is not here"))
struct RealFileTests {
    /// What to expect of one tensor: its shape, first elements, and the sum of all absolute values.
    struct Expectation: Sendable {
        let name: String
        let shape: Shape
        let start: [Float]
        let sum: Double
    }

    @Test(arguments: [
        (
            "mobilenetV1X0.25_pretrain.pth.tar", 164, 475_571,
            Expectation(
                name: "module.stage1.0.0.weight", shape: [8, 3, 3, 3],
                start: [-0.07289464771747589, 0.21621841192245483, -0.036428261548280716],
                sum: 64.1798855330162)
        ),
        (
            "mobilenetV1X0.25_pretrain.pth.tar", 164, 475_571,
            Expectation(
                name: "module.fc.weight", shape: [1000, 256],
                start: [0.06418558955192566, -0.09244247525930405, -0.03681277483701706],
                sum: 21791.156568441947)
        ),
        (
            "googlenet_bvlc.safetensors", 116, 6_998_552,
            Expectation(
                name: "loss3/classifier.bias", shape: [1000],
                start: [-0.9566079378128052, 0.0014034613268449903, 0.03950994461774826],
                sum: 483.3162042062322)
        ),
        (
            "reference_chelsea.safetensors", 9, 457_144,
            Expectation(
                name: "mobilenet_v2_1.0_224/logits", shape: [1, 1000],
                start: [-0.15229079127311707, 0.8049726486206055, -0.2834457755088806], sum: 785.7057105079293
            )
        ),
    ])
    func publishedFileHasPythonsValues(file: String, count: Int, elements: Int, expected: Expectation) throws
    {
        let tensors = try WeightFile.read("\(Shared.folder)/weights/\(file)")
        #expect(tensors.count == count)
        #expect(tensors.entries.reduce(0) { $0 + $1.tensor.elementCount } == elements)
        let tensor = try #require(tensors[expected.name])
        #expect(tensor.shape == expected.shape)
        let values = tensor.floats
        #expect(Array(values.prefix(3)) == expected.start)
        let sum = values.reduce(0) { $0 + Double(abs($1)) }
        #expect(abs(sum - expected.sum) < 1e-6)
    }

    @Test func checkpointSaysWhatWasLeftOut() throws {
        let tensors = try WeightFile.read("\(Shared.folder)/weights/mobilenetV1X0.25_pretrain.pth.tar")
        #expect(tensors.leftOut == ["epoch", "arch", "best_acc1", "optimizer"])
    }

    @Test func metadataOfAPublishedFileIsRead() throws {
        let tensors = try WeightFile.read("\(Shared.folder)/weights/googlenet_bvlc.safetensors")
        #expect(tensors.metadata["layout"] == "OIHW")
    }
}
