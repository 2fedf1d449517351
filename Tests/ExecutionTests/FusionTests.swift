import GraftNetworks
import GraftOneDNN
import GraftTensors
import Testing

@testable import GraftExecution

@Suite struct FusionTests {
    /// A residual block whose addition may be made in place, or not where the input is wanted as well.
    private func residualBlock() throws -> (network: Network, parameters: ParameterStore) {
        var builder = NetworkBuilder("block")
        let x = builder.input(height: 6, width: 5, channels: 4)
        let first = builder.add("first", .convolution(Convolution(filters: 8, kernelSize: 3)), to: x)
        let normalized = builder.add(
            "first/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: first)
        let active = builder.add("first/relu", .activation(.relu6), to: normalized)
        let second = builder.add("second", .convolution(Convolution(filters: 8, kernelSize: 1)), to: active)
        let sum = builder.add("sum", .add, to: second, active)
        _ = builder.add("last", .activation(.relu), to: sum)
        let network = try builder.build()
        var store = ParameterStore()
        for parameter in network.parameters {
            var generator = CounterGenerator(seed: 3, purpose: parameter.name)
            let values = (0..<parameter.shape.elementCount).map { _ in
                parameter.role == .movingVariance ? 0.5 + generator.nextUniform() : generator.nextNormal()
            }
            store[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        return (network, store)
    }

    @Test func convolutionTakesInWhatFollowsIt() throws {
        let fused = try residualBlock().network.fused(keeping: [])
        #expect(fused.map(\.output) == ["input", "first/relu", "last"])
        #expect(fused[1].normalization?.name == "first/bn")
        #expect(fused[2].operations == [.add("first/relu"), .activation(.relu)])
    }

    @Test func wantedOutputsStayVisible() throws {
        let fused = try residualBlock().network.fused(keeping: ["sum", "first/bn"])
        #expect(fused.map(\.output) == ["input", "first/bn", "first/relu", "sum", "last"])
    }

    @Test func resultIsTheSameHoweverItIsFused() async throws {
        let (network, parameters) = try residualBlock()
        var generator = CounterGenerator(seed: 4)
        let input = (0..<2 * 6 * 5 * 4).map { _ in generator.nextNormal() }
        let fused = try await run(network, parameters, batch: 2, input: input)
        for kept in [["sum", "last"], ["first/relu", "last"], network.nodes.dropFirst().map(\.name)] {
            let worker = try await PlanWorker(threads: 2) {
                try Workspace(
                    Plan(inferring: network, parameters, batch: 2, precision: .float32, outputs: kept))
            }
            let plain = try await worker.perform { workspace in
                try workspace.withFloats(of: "input") {
                    for index in input.indices { $0[index] = input[index] }
                }
                try workspace.runForward()
                return try workspace.withFloats(of: "last") { span in span.indices.map { span[$0] } }
            }
            let worst = zip(fused, plain).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst < 1e-4, "\(kept)")
        }
        #expect(fused.contains { $0 > 0 })
    }

    @Test func valuesThatLiveTogetherDoNotShareMemory() throws {
        let (network, parameters) = try residualBlock()
        let plan = try Plan(inferring: network, parameters, batch: 1, precision: .float32)
        let lifetimes = plan.values.indices.map { index in
            plan.forward.indices.filter { plan.forward[$0].slots.contains(.value(index)) }
        }
        for first in plan.values.indices {
            for second in plan.values.indices where first < second {
                guard plan.values[first].storage != plan.values[second].storage else { continue }
                let firstBytes = bytes(first, plan)
                let overlaps = firstBytes.overlaps(bytes(second, plan))
                guard let a = lifetimes[first].first, let b = lifetimes[first].last else { continue }
                let together = lifetimes[second].contains { (a...b).contains($0) }
                #expect(!(overlaps && together), "values \(first) and \(second)")
            }
        }
        #expect(plan.workspaceByteCount >= (120 + 240) * 4)
    }

    private func bytes(_ value: Int, _ plan: Plan) -> Range<Int> {
        let offset = plan.arena.offsets[value]
        return offset..<offset + plan.values[value].descriptor.byteCount
    }
}
