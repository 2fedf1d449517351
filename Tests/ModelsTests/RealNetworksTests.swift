import Foundation
import GraftArchitectures
import GraftDatasets
import GraftExecution
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import GraftTraining
import GraftWeightFiles
import Testing

/// The weights beside the project.
enum SharedWeights {
    static let folder = PublishedWeightsConformanceTests.root.appending(path: "../shared/weights")
        .standardizedFileURL.path
    static let arePresent = FileManager.default.fileExists(
        atPath: "\(folder)/reference_chelsea.safetensors")
}

/// Real weights beside the project, against what others computed with them (Conformance/real_networks.py).
@Suite(.enabled(if: SharedWeights.arePresent, "../shared is not here")) struct RealNetworksTests {
    struct Fixture: Decodable {
        struct Entry: Decodable {
            var network: String
            var top1Correct: Int
            var top1: [Int]
        }
        var networks: [Entry]
    }

    /// A network, its file, its name in reference_chelsea.safetensors, and its preprocessing.
    struct Subject: Sendable, CustomTestStringConvertible {
        var network: String
        var file: String
        var reference: String
        var colorOrder: Preprocessing.ColorOrder
        var mean: [Float]
        var scale: [Float]
        /// The greatest relative error of the features in bf16.
        var rounding: Double

        var testDescription: String { network }
    }

    static let subjects = [
        Subject(
            network: "mobilenet_v2.keras", file: "mobilenet_v2_1.0_224_tfslim_folded.h5",
            reference: "mobilenet_v2_1.0_224", colorOrder: .rgb, mean: [127.5, 127.5, 127.5],
            scale: [1 / 127.5, 1 / 127.5, 1 / 127.5], rounding: 0.06),
        Subject(
            network: "googlenet.bvlc", file: "googlenet_bvlc.safetensors", reference: "googlenet_bvlc",
            colorOrder: .bgr, mean: [123, 117, 104], scale: [1, 1, 1], rounding: 0.02),
        Subject(
            network: "mobilenet_v1_025.pytorch", file: "mobilenetV1X0.25_pretrain.pth.tar",
            reference: "mobilenet_v1_0.25", colorOrder: .rgb, mean: [123.675, 116.28, 103.53],
            scale: [1 / 58.395, 1 / 57.12, 1 / 57.375], rounding: 0.02),
    ]

    @Test(arguments: subjects)
    func outputsForAPhotoAreTheReferences(subject: Subject) async throws {
        let references = try WeightFile.read("\(SharedWeights.folder)/reference_chelsea.safetensors")
        func reference(_ what: String) throws -> [Float] {
            try #require(references["\(subject.reference)/\(what)"]).floats
        }
        let planar = try reference("input")
        let (features, logits) = try await outputs(subject, planar, .float32)
        #expect(largestDifference(features, try reference("pooled_features")) < 1e-3)
        #expect(largestDifference(logits, try reference("logits")) < 1e-3)
    }

    @Test(
        .enabled(if: Precision.bfloat16.isSupported, "this processor has no arithmetic in bf16"),
        arguments: subjects)
    func featuresInBFloat16AreNearThoseInFloat32(subject: Subject) async throws {
        let references = try WeightFile.read("\(SharedWeights.folder)/reference_chelsea.safetensors")
        let planar = try #require(references["\(subject.reference)/input"]).floats
        let features = try await outputs(subject, planar, .float32).features
        let rounded = try await outputs(subject, planar, .bfloat16).features
        let error = zip(rounded, features).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let norm = features.reduce(0) { $0 + Double($1 * $1) }
        #expect((error / norm).squareRoot() < subject.rounding)
    }

    /// The features and logits of a picture, channels first.
    private func outputs(
        _ subject: Subject, _ planar: [Float], _ precision: Precision
    ) async throws -> (features: [Float], logits: [Float]) {
        let architecture = try Architecture.named(subject.network)
        let network = try architecture.network(height: 224, width: 224, includeTop: true)
        let (parameters, report) = try architecture.load(
            contentsOf: "\(SharedWeights.folder)/\(subject.file)", for: network)
        #expect(report.unused == [])
        let worker = try await PlanWorker(threads: 2) {
            try Workspace(
                Plan(
                    inferring: network, parameters, batch: 1, precision: precision,
                    outputs: ["features", "top/dense"]))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { target in
                // From channels first to channels last.
                for place in 0..<224 * 224 {
                    for channel in 0..<3 {
                        target[place * 3 + channel] = planar[channel * 224 * 224 + place]
                    }
                }
            }
            try workspace.runForward()
            return (
                try workspace.withFloats(of: "features") { span in span.indices.map { span[$0] } },
                try workspace.withFloats(of: "top/dense") { span in span.indices.map { span[$0] } }
            )
        }
    }

    @Test(
        .enabled(if: PublishedWeightsConformanceTests.hasPhotos, "../shared is not here"), arguments: subjects
    )
    func photosAreClassifiedAsByTheReference(subject: Subject) async throws {
        let fixture = try Self.fixture()
        let expected = try #require(fixture.networks.first { $0.network == subject.network })
        let architecture = try Architecture.named(subject.network)
        let network = try architecture.network(height: 224, width: 224, includeTop: true)
        let preprocessing = try Preprocessing(
            height: 224, width: 224, colorOrder: subject.colorOrder, resizeRule: .shorterSide(256),
            interpolation: .bilinear, mean: subject.mean, scale: subject.scale)
        let labels = try PublishedWeightsConformanceTests.labels()
        let logits = PictureNetwork(
            try network.ending(at: "top/dense"), preprocessing: preprocessing, precision: .float32
        ) {
            try architecture.load(contentsOf: "\(SharedWeights.folder)/\(subject.file)", for: network)
                .parameters
        }
        let runner = PictureRunner(logits, threads: 2)
        let result = try await runner.run(count: labels.count) { index in
            Picture.file("\(PublishedWeightsConformanceTests.photos)/\(labels[index].file)").load()
        }
        let answers = result.features.allRows.map(\.argmax)
        #expect(zip(answers, expected.top1).count { $0 == $1 } == labels.count)
        #expect(zip(answers, labels).count { $0 == $1.index } == expected.top1Correct)
    }

    @Test func filesThatPeopleTrainedAndPublishedWithoutTopLoad() throws {
        let user = try Architecture.named("mobilenet_v2_035.keras")
        let trunk = try user.network(height: 224, width: 224, includeTop: false)
        let (parameters, report) = try user.load(
            contentsOf: "\(SharedWeights.folder)/teachablemachine_mobilenet_v2_0.35_keras_model.h5",
            for: trunk)
        #expect(parameters.names.count == trunk.parameters.count)
        // The user's own head: two dense layers, of which only the first has a bias.
        #expect(report.unused == ["dense_Dense1/kernel:0", "dense_Dense1/bias:0", "dense_Dense2/kernel:0"])
        let variance = try #require(parameters["block_1_expand_BN/movingVariance"]).floats
        #expect(variance.allSatisfy { $0 > 0 } && Set(variance).count > 40)

        let squeezeNet = try Architecture.named("squeezenet1_1.keras")
        let bare = try squeezeNet.network(height: 227, width: 227, includeTop: false)
        let published = try squeezeNet.load(
            contentsOf: "\(SharedWeights.folder)/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
            for: bare)
        #expect(published.report.isPerfect)
        let whole = try squeezeNet.network(height: 227, width: 227, includeTop: true)
        let error = try #require(throws: LoadingError.self) {
            try squeezeNet.load(
                contentsOf: "\(SharedWeights.folder)/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
                for: whole)
        }
        #expect("\(error)".contains("missing: conv10/kernel"))
        #expect(
            "\(error)".contains(
                "It fits the network without its classifier: give it to a `Trunk` of squeezenet1_1.keras."))

        // The same file under another source's graph: its layers are not taken for that graph's, whatever
        // their number.
        let torchvision = try Architecture.named("mobilenet_v2.torchvision")
        let other = #expect(throws: LoadingError.self) {
            try torchvision.load(
                contentsOf: "\(SharedWeights.folder)/mobilenet_v2_1.0_224_tfslim_folded.h5",
                for: torchvision.network(height: 224, width: 224, includeTop: true))
        }
        #expect(other?.report.loaded == [] && other?.report.misshapen == [])
        #expect(other?.description.hasSuffix("It is a Keras file: try mobilenet_v2.keras.") == true)
    }

    private func largestDifference(_ first: [Float], _ second: [Float]) -> Float {
        first.count == second.count ? zip(first, second).map { abs($0 - $1) }.max() ?? 0 : .infinity
    }

    private static func fixture() throws -> Fixture {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let file = PublishedWeightsConformanceTests.root.appending(
            path: "Conformance/Fixtures/real_networks.json")
        return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }
}
