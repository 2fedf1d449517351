import GraftTensors
import GraftWeightFiles
import Testing

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
        (
            "squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5", 50, 722_496,
            Expectation(
                name: "fire9/expand3x3/fire9/expand3x3_1/kernel:0", shape: [3, 3, 64, 256],
                start: [0.09164337813854218, 0.04309134930372238, 0.0980522483587265], sum: 4781.0329529844785
            )
        ),
        (
            "mobilenet_v2_1.0_224_tfslim_folded.h5", 262, 3_538_984,
            Expectation(
                name: "Conv1/kernel:0", shape: [3, 3, 3, 32],
                start: [-0.3014572858810425, -1.490247368812561, 0.6105691194534302], sum: 243.2500283747213)
        ),
        (
            "teachablemachine_mobilenet_v2_0.35_keras_model.h5", 263, 538_508,
            Expectation(
                name: "Conv_1_bn/moving_variance:0", shape: [1280],
                start: [1.9256514310836792, 1.9311870336532593, 1.9683971405029297], sum: 2461.420196890831)
        ),
        (
            "mtcnn_det1.npy", 13, 6_632,
            Expectation(
                name: "conv4-2/weights", shape: [1, 1, 32, 4],
                start: [-0.0058697802014648914, -0.008644243702292442, 0.0046085091307759285],
                sum: 3.1963861342082964)
        ),
        (
            "mtcnn_det2.npy", 16, 100_178,
            Expectation(
                name: "conv5-2/weights", shape: [128, 4],
                start: [-0.1337861865758896, -0.09544777870178223, 0.2524660527706146],
                sum: 40.454559610268916)
        ),
        (
            "mtcnn_det3.npy", 21, 389_040,
            Expectation(
                name: "conv6-1/weights", shape: [256, 2],
                start: [0.029317425563931465, -0.029728621244430542, -0.00928312074393034],
                sum: 57.31565299798967)
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

    @Test func modelWithinAModelIsSplitIntoItsLayers() throws {
        let tensors = try WeightFile.read(
            "\(Shared.folder)/weights/teachablemachine_mobilenet_v2_0.35_keras_model.h5")
        #expect(tensors.layers.count == 106)
        #expect(
            tensors.layers.prefix(2) == [
                NamedTensors.Layer(name: "Conv1", kind: "conv2d", entries: ["Conv1/kernel:0"]),
                NamedTensors.Layer(
                    name: "bn_Conv1", kind: "batch_normalization",
                    entries: ["gamma:0", "beta:0", "moving_mean:0", "moving_variance:0"].map {
                        "bn_Conv1/\($0)"
                    }
                ),
            ])
        #expect(
            tensors.layers.suffix(2) == [
                NamedTensors.Layer(
                    name: "dense_Dense1", kind: "dense",
                    entries: ["dense_Dense1/kernel:0", "dense_Dense1/bias:0"]),
                NamedTensors.Layer(name: "dense_Dense2", kind: "dense", entries: ["dense_Dense2/kernel:0"]),
            ])
    }

    @Test func layersWithoutWeightsAreNotListed() throws {
        let tensors = try WeightFile.read("\(Shared.folder)/weights/mobilenet_v2_1.0_224_tfslim_folded.h5")
        #expect(tensors.layers.count == 105)
        #expect(tensors.layers.first == NamedTensors.Layer(name: "Conv1", entries: ["Conv1/kernel:0"]))
        #expect(tensors.layers.allSatisfy { !$0.entries.isEmpty })
    }

    @Test func layersOfADictionaryKeepItsOrder() throws {
        let tensors = try WeightFile.read("\(Shared.folder)/weights/mtcnn_det1.npy")
        #expect(
            tensors.layers.map(\.name) == [
                "conv4-2", "conv4-1", "conv3", "conv2", "conv1", "PReLU1", "PReLU2", "PReLU3",
            ])
        #expect(tensors.layers.last?.entries == ["PReLU3/alpha"])
    }
}
