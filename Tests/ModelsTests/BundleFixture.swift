import GraftDatasets
import GraftExecution
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import GraftTraining
import Testing

import struct Foundation.Data
import struct Foundation.Date
import class Foundation.FileManager
import class Foundation.JSONDecoder
import struct Foundation.URL

@testable import GraftModels

/// A folder of its own that goes when the test ends, and a tiny model.
final class BundleFixture: Sendable {
    let root = FileManager.default.temporaryDirectory.path + "/graft-models-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var path: String { root + "/pets.graft" }

    /// All names in the root, hidden ones included.
    var names: [String] { names(root) }

    func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map(Array.init) ?? [] }

    func write(_ bytes: [UInt8], to path: String) {
        try? Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Puts other bytes into a file of the saved model, and its new checksum into CHECKSUMS.
    func replace(_ name: String, with bytes: [UInt8], in model: String? = nil) {
        let model = model ?? path
        write(bytes, to: "\(model)/\(name)")
        let lines = String(decoding: self.bytes("\(model)/CHECKSUMS"), as: UTF8.self).split(separator: "\n")
            .map {
                $0.hasSuffix("  \(name)") ? "\(SHA256Digest(of: bytes).hexadecimal)  \(name)\n" : "\($0)\n"
            }
        write(Array(lines.joined().utf8), to: "\(model)/CHECKSUMS")
    }

    /// Replaces a text in the saved model's bundle.json, which must be there, and its checksum.
    func edit(_ old: String, to new: String) -> Bool {
        let text = String(decoding: bytes(path + "/bundle.json"), as: UTF8.self)
        guard text.contains(old) else { return false }
        replace("bundle.json", with: Array(text.replacing(old, with: new, maxReplacements: 1).utf8))
        return true
    }

    static let remedy = "Copy the whole model again, or train it again."

    /// The error of loading; fails the test where there is none or it is of another kind.
    @discardableResult
    func refusal(
        _ code: ModelError.Code = .damaged, _ path: String? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) -> String {
        let error = #expect(throws: ModelError.self, sourceLocation: location) {
            try ModelBundle.load(path ?? self.path)
        }
        #expect(error?.code == code, "\(error?.description ?? "")", sourceLocation: location)
        return error?.description ?? ""
    }

    static func network(classes: Int = 2, size: Int = 8) throws -> Network {
        var builder = NetworkBuilder("tiny")
        var node = builder.input(height: size, width: size)
        node = builder.add(
            "stem/conv", .convolution(Convolution(filters: 4, kernelSize: 3, stride: 2)), to: node)
        node = builder.add("stem/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: node)
        node = builder.add("stem/relu", .activation(.relu6), to: node)
        node = builder.add("pool", .globalAveragePooling, to: node)
        let trunk = try builder.build()
        return try HeadDesign.pooled(dropout: 0.2).network(on: trunk, outputs: classes, activation: .softmax)
    }

    static func tensor(_ shape: Shape, seed: UInt64, purpose: String) -> Tensor {
        var generator = CounterGenerator(seed: seed, purpose: purpose)
        return Tensor((0..<shape.elementCount).map { _ in generator.nextUniform() }, shape: shape)
    }

    /// A model; another seed gives other numbers.
    static func model(seed: UInt64 = 1) throws -> ModelBundle {
        let network = try network()
        var parameters = ParameterStore()
        for parameter in network.parameters {
            parameters[parameter.name] = tensor(parameter.shape, seed: seed, purpose: parameter.name)
        }
        let epochs = try JSONDecoder().decode(
            [EpochReport].self,
            from: Data(
                #"""
                [{"epoch": 1, "loss": 0.7, "validation": {"images": 40, "loss": 0.6, "top1": 0.75, "top5": 1}},
                 {"epoch": 2, "loss": 0.1, "validation": {"images": 40, "loss": 0.05, "top1": 0.975, "top5": 1}}]
                """#.utf8))
        let description = ModelDescription(
            graftVersion: "0.1.0", classes: ["cats", "dögs & \"wolves\""],
            preprocessing: try Preprocessing(
                height: 8, width: 8, resizeRule: .centerBox(margin: 32), interpolation: .bicubic,
                mean: [127, 127, 127], scale: [1 / 128, 1 / 128, 1 / 128]),
            trunk: TrunkOrigin(
                architecture: "tiny", weightsOrigin: "nowhere", weightsFile: "tiny.pth",
                weightsDigest: SHA256Digest(of: "tiny"), precision: .bfloat16),
            recipe: try Recipe(name: "tiny", stages: [Stage(name: "head", trainable: .head)]), seed: .max,
            stages: [
                StageRecord(
                    name: "head", trainedNodes: ["top/dense"], epochs: epochs, bestEpoch: 2, isKept: true,
                    reason: "it is the first stage")
            ], validation: epochs[1].validation, test: nil,
            split: Split(
                origin: .drawn, seed: .max,
                members: [
                    ("cats/1.jpg", "cats", Part.train), ("dögs/ü.png", "dögs", .train),
                    ("cats/2.jpg", "cats", .validation),
                ]
                .map { Split.Member(path: $0.0, className: $0.1, digest: SHA256Digest(of: $0.0), part: $0.2) }
            ),
            leftOut: [LeftOutPicture(path: "cats/666.jpg", reason: "is cut short")],
            provenance: Provenance(
                date: Date(timeIntervalSince1970: 1_750_000_000.75), dataFolder: "photos",
                pictures: ["dogs": 700, "cats": 699],
                processor: Processor(name: "A chip", architecture: "x86_64"),
                oneDNN: "3.2.0", threads: 2,
                seconds: StageSeconds(decode: 1.5, trunk: 2.25, head: 0.125, total: 4)))
        return ModelBundle(
            description, network: network, parameters: parameters,
            golden: GoldenExamples(
                inputs: tensor([3, 8, 8, 3], seed: seed, purpose: "inputs"),
                outputs: tensor([3, 2], seed: seed, purpose: "outputs"), precision: .float32))
    }
}
