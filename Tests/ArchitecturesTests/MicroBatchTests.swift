import Architectures
import Execution
import Networks
import Tensors
import Testing
import Training

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
        let alone = try await (0..<4).asyncMap { picture in
            try await features(of: network, [picture], precision)
        }
        for count in MicroBatch.candidates where count > 1 {
            let together = try await features(of: network, Array(0..<count), precision)
            #expect(together == alone.prefix(count).flatMap(\.self), "\(count)")
        }
        #expect(Set(alone).count == 4)
    }

    private func features(
        of network: Network, _ pictures: [Int], _ precision: Precision
    ) async throws -> [Float] {
        let quantization = precision == .int8 ? Quantization.assumed(for: network) : nil
        let worker = try await PlanWorker(threads: 1) {
            try Workspace(
                Plan(
                    inferring: network, .generated(for: network, seed: 4), batch: pictures.count,
                    precision: precision, quantization: quantization))
        }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: network.nodes[0].name) { span in
                let size = span.count / pictures.count
                for (slot, picture) in pictures.enumerated() {
                    var generator = CounterGenerator(seed: UInt64(picture))
                    for index in slot * size..<(slot + 1) * size { span[index] = generator.nextNormal() }
                }
            }
            try workspace.runForward()
            return try workspace.withFloats(of: network.output.name) { span in
                span.indices.map { span[$0] }
            }
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
