import Foundation
import GraftArchitectures
import GraftFiles
import GraftNetworks
import Testing

/// Small files that Keras and PyTorch wrote (Conformance/weight_files.py --tiny), and what their networks
/// compute.
@Suite struct TinyFileTests {
    typealias Entry = WeightFileConformanceTests.Entry

    static let folder = ConformanceFixture.folder.appending(path: "files")
    static let entries = WeightFileConformanceTests.entries(in: folder.path())

    /// The starts of networks that the script cut off, by their names.
    static let architectures = [
        Architecture.mobileNetV1("mobilenet_v1_tiny.keras", width: 1.0 / 16)
            .start(endingWith: "conv_pw_5_relu"),
        // The last node of the module features.5: a sum with what came into it.
        Architecture.mobileNetV2("mobilenet_v2_tiny.torchvision", width: 0.1)
            .start(endingWith: "features/5/add"),
    ]

    @Test func eachFormatOfEachNetworkIsThere() {
        #expect(
            Self.entries.map(\.file) == [
                "mobilenet_v1_tiny.keras.published.h5", "mobilenet_v1_tiny.keras.model.h5",
                "mobilenet_v1_tiny.keras.weights.h5", "mobilenet_v1_tiny.keras.keras",
                "mobilenet_v2_tiny.torchvision.pth",
            ])
    }

    @Test(arguments: entries)
    func fileGivesTheWeightsThatWerePutInAndTheFeaturesOfItsSource(entry: Entry) async throws {
        let architecture = try #require(Self.architectures.first { $0.name == entry.network })
        let fixture = try NetworkFixture(named: entry.network, in: Self.folder)
        let run = try #require(fixture.runs.first)
        let network = try architecture.network(height: run.height, width: run.width, includeTop: false)
        let (parameters, report) = try architecture.load(
            contentsOf: Self.folder.appending(path: entry.file).path(), for: network)
        #expect(report.unused == [])

        let layers = architecture.sourceLayers(of: network)
        #expect(layers.flatMap(\.entries).count == fixture.entryCount)
        let (generated, _) = try architecture.match(fixture.file(layers, of: architecture), to: network)
        #expect(Set(parameters.names) == Set(generated.names))
        for name in generated.names { #expect(parameters[name] == generated[name], "\(name)") }

        try await NetworkConformanceTests.check(
            network, parameters, architecture, run, run.outputs, seed: fixture.seed)
    }

    @Test func startOfANetworkNeedsANodeThatItHas() throws {
        let architecture = try Architecture.named("mobilenet_v1.keras").start(endingWith: "conv_pw_99_relu")
        let error = #expect(throws: NetworkError.self) {
            try architecture.network(height: 32, width: 32, includeTop: false)
        }
        #expect(
            error?.description
                == "mobilenet_v1.keras has no node conv_pw_99_relu. Name one of the nodes of mobilenet_v1.keras."
        )
    }
}
