import GraftDatasets
import GraftExecution
import GraftFiles
import GraftImages
import GraftModels
import GraftNetworks
import GraftTensors
import GraftTraining

import class Foundation.FileManager

/// Small pictures whose brightness is their class, as files of a folder that goes with the test, and a small
/// network that sees it.
final class TinyPictures: Sendable {
    let root = FileManager.default.temporaryDirectory.path + "/graft-tiny-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Where features and the like are kept.
    var home: GraftHome { GraftHome("\(root)/home") }

    /// A picture of one brightness, with noise.
    static func picture(level: Int, seed: Int) -> PixelImage {
        var generator = CounterGenerator(seed: UInt64(seed), purpose: "tiny picture")
        let samples = (0..<3 * 12 * 10).map { _ in UInt8(clamping: level + generator.next(below: 31) - 15) }
        return PixelImage(width: 12, height: 10, samples: samples)
    }

    /// Writes a picture and gives its path.
    func write(_ image: PixelImage, _ name: String) throws -> String {
        let path = "\(root)/\(name)"
        try ImageEncoder().write(image, to: path)
        return path
    }

    /// Pictures with targets, every fourth one for validation.
    func dataset(
        _ task: LearningTask, _ names: [String], count: Int, target: (_ level: Int) -> Target
    ) throws -> TinyDataset {
        let samples = try (0..<count).map { number in
            let level = 20 + (number * 83) % 210
            let path = try write(Self.picture(level: level, seed: number), "\(number).png")
            return Sample(
                path: "\(number).png", target: target(level), part: number % 4 == 0 ? .validation : .train,
                file: path)
        }
        return TinyDataset(root: root, task: task, classes: names, samples: samples)
    }

    /// A trunk of one convolution with random parameters.
    func trunk() throws -> Trunk {
        var builder = NetworkBuilder("tiny")
        var node = builder.input(height: 8, width: 8)
        node = builder.add(
            "stem/conv", .convolution(Convolution(filters: 12, kernelSize: 3, stride: 2)), to: node)
        node = builder.add("stem/relu", .activation(.relu), to: node)
        _ = builder.add("features", .globalAveragePooling, to: node)
        let network = try builder.build()
        return try Trunk(
            network, parameters: .generated(for: network, seed: 3),
            preprocessing: Preprocessing(
                height: 8, width: 8, resizeRule: .squash, interpolation: .bilinear, mean: [127, 127, 127],
                scale: [1 / 64, 1 / 64, 1 / 64]), precision: .float32, home: home)
    }

    /// Training on it with a head alone, in milliseconds.
    func learning(_ dataset: any Dataset, epochs: Int = 40) throws -> TransferLearning {
        var stage = Stage(name: "head", trainable: .head)
        (stage.epochs, stage.learningRate, stage.batchSize) = (epochs, 0.05, 8)
        var learning = try TransferLearning(dataset, trunk: trunk())
        learning.recipe = try Recipe(name: "tiny", stages: [stage])
        learning.threads = 2
        return learning
    }
}

/// Samples of a test.
struct TinyDataset: Dataset {
    let root: String
    let task: LearningTask
    let classes: [String]
    let samples: [Sample]
}
