import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExecution

/// Kernels without the rows and columns that only ever meet padding.
@Suite struct KernelReachTests {
    @Test(arguments: 1...6, [1, 2, 3, 5, 7])
    func whatStaysGivesTheSame(extent: Int, kernel: Int) {
        for stride in 1...3 {
            for (before, after) in [(0, 0), (1, 1), (0, 1), (1, 2), (2, 2), (3, 3), (kernel, kernel)]
            where extent + before + after >= kernel {
                let reach = KernelReach(
                    extent: extent, kernel: kernel, stride: stride, before: before, after: after)
                let whole = results(extent, 0..<kernel, stride, before, after)
                #expect(
                    whole == results(extent, reach.range, stride, reach.before, reach.after),
                    "stride \(stride), padding \(before) and \(after)")
                #expect(reach.before >= 0 && reach.after >= 0 && !reach.range.isEmpty)
            }
        }
    }

    /// What a kernel of the numbers 1, 10, 100 … gives for an input of 1, 2, 3 …
    private func results(
        _ extent: Int, _ rows: Range<Int>, _ stride: Int, _ before: Int, _ after: Int
    ) -> [Int] {
        let weights = rows.map { row in (0..<row).reduce(1) { power, _ in power * 10 } }
        return (0...(extent + before + after - weights.count) / stride).map { result in
            weights.indices.reduce(0) { sum, row in
                let place = result * stride + row - before
                return (0..<extent).contains(place) ? sum + weights[row] * (place + 1) : sum
            }
        }
    }

    @Test func kernelsLargerThanTheirInputsAreCut() {
        #expect(KernelReach(extent: 1, kernel: 5, stride: 1, before: 2, after: 2).range == 2..<3)
        #expect(KernelReach(extent: 2, kernel: 5, stride: 2, before: 1, after: 2).range == 1..<3)
        #expect(KernelReach(extent: 2, kernel: 5, stride: 1, before: 2, after: 2).range == 1..<4)
        #expect(KernelReach(extent: 5, kernel: 5, stride: 1, before: 2, after: 2).range == 0..<5)
    }

    /// Training plans leave kernels whole.
    @Test(arguments: [1, 2, 3], [1, 4])
    func inferenceGivesWhatATrainingPlanGives(size: Int, groups: Int) async throws {
        var builder = NetworkBuilder("test")
        let input = builder.input(height: size, width: size, channels: 8)
        let wide = Convolution(filters: 8, kernelHeight: 5, kernelWidth: 7, groups: groups, hasBias: true)
        var x = builder.add("wide", .convolution(wide), to: input)
        x = builder.add("strided", .convolution(Convolution(filters: 8, kernelSize: 5, stride: 2)), to: x)
        _ = builder.add("pool", .globalAveragePooling, to: x)
        let network = try builder.build()
        let parameters = ParameterStore.generated(for: network, seed: 3)
        let inferred = try await output(network) {
            try Plan(inferring: $0, parameters, batch: 2, precision: .float32)
        }
        let trained = try await output(network) {
            try Plan(training: $0, parameters, batch: 2, isTrained: { _ in true })
        }
        #expect(zip(inferred, trained).allSatisfy { abs($0 - $1) < 1e-5 } && inferred.count == 16)
        #expect(Set(inferred).count == 16)
    }

    private func output(
        _ network: Network, _ plan: @Sendable @escaping (Network) throws -> Plan
    ) async throws -> [Float] {
        let worker = try await PlanWorker(threads: 1) { try Workspace(plan(network)) }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: network.nodes[0].name) { span in
                var generator = CounterGenerator(seed: 5)
                for index in span.indices { span[index] = generator.nextNormal() }
            }
            try workspace.runForward()
            return try workspace.withFloats(of: network.output.name) { span in
                span.indices.map { span[$0] }
            }
        }
    }
}
