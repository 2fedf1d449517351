import GraftArchitectures
import GraftExecution
import GraftNetworks
import GraftTraining
import Testing

/// Features may be computed with any number of pictures at a time.
@Suite struct MicroBatchTests {
    static let precisions = [Precision.float32, .bfloat16, .int8].filter { (try? $0.requireSupport()) != nil }

    @Test(
        arguments: [
            "vgg11.torchvision", "resnet18.torchvision", "mobilenet_v2.keras", "googlenet.bvlc",
            "efficientnet_lite0",
        ], precisions)
    func numberOfPicturesDoesNotMatter(name: String, precision: Precision) async throws {
        let network = try Architecture.named(name).network(height: 64, width: 64, includeTop: false)
        let end = network.output.name
        let alone = try await (0..<4).asyncMap { picture in
            try await network.computed(for: [picture], precision)[end]
        }
        for count in MicroBatch.candidates where count > 1 {
            let together = try await network.computed(for: Array(0..<count), precision)[end]
            #expect(together == alone.prefix(count).flatMap { $0 ?? [] }, "\(count)")
        }
        #expect(Set(alone).count == 4)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
