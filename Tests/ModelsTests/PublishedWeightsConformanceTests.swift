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

/// The published weights against their reference implementation, efficientnet-lite-pytorch
/// (Conformance/real_weights.py).
@Suite struct PublishedWeightsConformanceTests {
    struct Fixture: Decodable {
        struct Sample: Decodable {
            var file: String
            var indexes: [Int]
            var logits: [Float]
        }
        struct Entry: Decodable {
            var network: String
            var inputSize: Int
            var top1Correct: Int
            var samples: [Sample]
            var generatedLogits: [Float]
        }
        var seed: UInt64
        var networks: [Entry]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL
    static let photos = root.appending(path: "../shared/data/imagenet_samples").standardizedFileURL.path
    static let hasPhotos = FileManager.default.fileExists(atPath: photos + "/labels.csv")
    static let dump = ProcessInfo.processInfo.environment["GRAFT_CONFORMANCE"]
    static let present = EfficientNetLiteNames.all.filter { name in
        (try? Architecture.named(name).weights.first?.isPresent(in: .current)) == true
    }
    static let hasDefault = present.contains("efficientnet_lite0")

    let fixture: Fixture

    init() throws {
        let file = Self.root.appending(path: "Conformance/Fixtures/efficientnet_lite_real.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        fixture = try decoder.decode(Fixture.self, from: Data(contentsOf: file))
    }

    /// Many tests need them, and say so when they skip; where nobody reads that, they must not be missing.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["CI"] != nil, "only where CI is set"))
    func defaultWeightsAreThere() { #expect(Self.hasDefault) }

    @Test(.enabled(if: hasDefault, "the default weights are not here: run make setup"), arguments: present)
    func logitsForAGeneratedInputEqualTheReference(name: String) async throws {
        let entry = try #require(fixture.networks.first { $0.network == name })
        let size = entry.inputSize
        var generator = CounterGenerator(seed: fixture.seed, purpose: "input")
        let input = (0..<size * size * 3).map { _ in generator.nextNormal() }
        let logits = try await logits(name, [input], .float32)[0]
        #expect(logits.count == 1000)
        let worst = zip(logits, entry.generatedLogits).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst < 1e-3)
    }

    @Test(
        .enabled(if: hasPhotos, "../shared is not here"),
        .enabled(if: hasDefault, "the default weights are not here: run make setup"), arguments: present)
    func photosAreClassifiedAsByTheReference(name: String) async throws {
        let entry = try #require(fixture.networks.first { $0.network == name })
        let labels = try Self.labels()
        let files = labels.map(\.file)
        let exact = try await photoLogits(name, files, .float32)
        let correct = zip(exact, labels).count { $0.argmax == $1.index }
        #expect(correct == entry.top1Correct, "top-1 of \(labels.count) photos")
        for sample in entry.samples {
            let row = try exact[#require(files.firstIndex(of: sample.file))]
            #expect(row.argmax == sample.indexes[0], "\(sample.file)")
            for (index, expected) in zip(sample.indexes, sample.logits) {
                #expect(abs(row[index] - expected) < 0.02, "\(sample.file), class \(index)")
            }
        }
    }

    @Test(
        .enabled(if: hasPhotos, "../shared is not here"),
        .enabled(if: hasDefault, "the default weights are not here: run make setup"),
        .enabled(if: Precision.bfloat16.isSupported, "this processor has no arithmetic in bf16"),
        arguments: present)
    func photosAreClassifiedInBFloat16AsInFloat32(name: String) async throws {
        let labels = try Self.labels()
        let files = labels.map(\.file)
        let exact = try await photoLogits(name, files, .float32)
        let rounded = try await photoLogits(name, files, .bfloat16)
        let agreeing = zip(exact, rounded).count { $0.argmax == $1.argmax }
        #expect(
            Double(agreeing) >= 0.97 * Double(labels.count), "bf16 agrees on \(agreeing) of \(labels.count)")
    }

    @Test(.enabled(if: dump != nil, "make conformance runs this"), arguments: present)
    func logitsOfPhotosEqualTheReferenceOnTheSameTensors(name: String) async throws {
        let file = try WeightFile.read(try #require(Self.dump) + "/\(name).safetensors")
        let inputs = try #require(file["inputs"])
        let expected = try #require(file["logits"]).floats
        let values = inputs.floats
        let size = values.count / inputs.shape[0]
        let rows = stride(from: 0, to: values.count, by: size).map { Array(values[$0..<$0 + size]) }
        let actual = try await logits(name, rows, .float32).flatMap { $0 }
        #expect(actual.count == expected.count)
        let worst = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
        print("\(name): \(rows.count) photos, logits differ by \(worst) at most")
        #expect(worst < 1e-3)
    }

    // MARK: Running

    private func pictureNetwork(_ name: String, _ precision: Precision) throws -> PictureNetwork {
        let architecture = try Architecture.named(name)
        let size = architecture.nativeSize
        let weights = architecture.weights[0]
        let network = try architecture.network(height: size, width: size, includeTop: true)
        return PictureNetwork(
            try network.ending(at: "top/dense"),
            preprocessing: try weights.preprocessing(height: size, width: size),
            precision: precision
        ) { try architecture.load(weights, for: network, home: .current).parameters }
    }

    private func photoLogits(_ name: String, _ files: [String], _ precision: Precision) async throws
        -> [[Float]]
    {
        let runner = PictureRunner(try pictureNetwork(name, precision), threads: 2)
        let result = try await runner.run(count: files.count) { index in
            Picture.file("\(Self.photos)/\(files[index])").load()
        }
        return result.features.allRows
    }

    private func logits(_ name: String, _ inputs: [[Float]], _ precision: Precision) async throws -> [[Float]]
    {
        let network = try pictureNetwork(name, precision)
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(inferring: network.network, network.loadParameters(), batch: 1, precision: precision))
        }
        return try await worker.perform { workspace in
            try inputs.map { input in
                try workspace.withFloats(of: "input") {
                    for index in input.indices { $0[index] = input[index] }
                }
                try workspace.runForward()
                return try workspace.withFloats(of: "top/dense") { span in span.indices.map { span[$0] } }
            }
        }
    }

    static func labels() throws -> [(file: String, index: Int)] {
        let text = try String(contentsOfFile: photos + "/labels.csv", encoding: .utf8)
        return try text.split(separator: "\n").dropFirst().map { line in
            // "name",index,wnid
            let parts = line.split(separator: "\"")
            let numbers = try #require(parts.last).split(separator: ",")
            return (String(parts[0]), try #require(Int(numbers[0])))
        }
    }
}

/// The networks that come with Graft.
enum EfficientNetLiteNames {
    static let all = ["efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2"]
}

extension [Float] {
    var argmax: Int? { indices.max { self[$0] < self[$1] } }
}
