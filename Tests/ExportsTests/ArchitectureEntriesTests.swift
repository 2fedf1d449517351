import GraftArchitectures
import GraftFiles
import GraftNetworks
import GraftTensors
import GraftWeightFiles
import Testing

@testable import GraftExports

@Suite struct ArchitectureEntriesTests {
    @Test(arguments: ["mobilenet_v2.torchvision", "efficientnet_lite0", "vgg11.torchvision"])
    func whatIsWrittenIsReadAgain(name: String) throws {
        let architecture = try Architecture.named(name)
        // Without the classifier, VGG's alone would have a hundred million numbers.
        let network = try architecture.network(
            height: 64, width: 64, includeTop: name != "vgg11.torchvision")
        let parameters = ParameterStore.generated(for: network, seed: 1)
        let path = temporaryPath("weights.safetensors")
        defer { try? FileRemoval.remove(path) }
        try SafetensorsExport(architecture.entries(of: network), parameters: parameters, isHalf: false)
            .write(to: path)
        let (found, report) = try architecture.load(contentsOf: path, for: network)
        #expect(report.isPerfect)
        for parameter in network.parameters { #expect(found[parameter.name] == parameters[parameter.name]) }
    }

    @Test func batchNormsOfPyTorchHaveCounters() throws {
        let architecture = try Architecture.named("resnet18.torchvision")
        let network = try architecture.network(height: 64, width: 64, includeTop: true)
        let names = architecture.entries(of: network).map(\.name)
        #expect(names.contains("layer1.0.bn1.num_batches_tracked"))
        #expect(names.contains("fc.weight"))
        #expect(names.filter { $0.hasSuffix("num_batches_tracked") }.count == 20)
    }

    @Test func kerasHasItsOwnShapesAndNoCounters() throws {
        let architecture = try Architecture.named("resnet50.keras")
        let network = try architecture.network(height: 64, width: 64, includeTop: true)
        let entries = architecture.entries(of: network)
        #expect(entries.first { $0.name == "conv1_conv/kernel" }?.shape == [7, 7, 3, 64])
        #expect(entries.first { $0.name == "predictions/kernel" }?.shape == [2048, 1000])
        #expect(!entries.contains { $0.content == .batchCounter })
    }
}
