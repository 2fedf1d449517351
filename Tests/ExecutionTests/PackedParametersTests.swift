import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExecution

/// Plans of one network for other shapes share what they pack alike.
@Suite struct PackedParametersTests {
    let network: Network
    let parameters: ParameterStore

    init() throws {
        var builder = NetworkBuilder("small")
        var x = builder.input(height: 16, width: 16, channels: 16)
        x = builder.add("first", .convolution(Convolution(filters: 16, kernelSize: 3)), to: x)
        x = builder.add("first/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        x = builder.add("relu", .activation(.relu), to: x)
        let depthwise = Convolution(filters: 16, kernelSize: 3, stride: 2, groups: 16, hasBias: true)
        x = builder.add("second", .convolution(depthwise), to: x)
        x = builder.add("pool", .pooling(Pooling(.average, size: 2, stride: 1)), to: x)
        x = builder.add("second/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        x = builder.add("features", .globalAveragePooling, to: x)
        _ = builder.add("dense", .dense(Dense(units: 16)), to: x)
        network = try builder.build()
        parameters = ParameterStore.generated(for: network, seed: 4)
    }

    private func outputs(_ plan: Plan, _ network: Network) async throws -> [Float] {
        let size = (network.inputShape?.elementCount ?? 0) * plan.batch
        var generator = CounterGenerator(seed: 8)
        let input = (0..<size).map { _ in generator.nextNormal() }
        let worker = try await PlanWorker(threads: 1) { try Workspace(plan) }
        return try await worker.perform { workspace in
            try workspace.withFloats(of: "input") { for place in $0.indices { $0[place] = input[place] } }
            try workspace.runForward()
            return try workspace.withFloats(of: "dense") { span in span.indices.map { span[$0] } }
        }
    }

    @Test func plansForOtherShapesShareTheirBytesAndGiveTheSame() async throws {
        let (network, parameters) = (network, parameters)
        let larger = try network.resized(height: 24, width: 20)
        let packed = try PackedParameters(parameters)
        var total = 0
        for (position, (network, batch)) in [(network, 1), (network, 4), (larger, 1)].enumerated() {
            let plan = try await Plan.forOneThread {
                try Plan(inferring: network, packed, batch: batch, precision: .float32)
            }
            let alone = try await Plan.forOneThread {
                try Plan(inferring: network, parameters, batch: batch, precision: .float32)
            }
            #expect(plan.parameterByteCount == alone.parameterByteCount)
            #expect(try await outputs(plan, network) == outputs(alone, network))
            total += alone.parameterByteCount
            if position == 0 { #expect(packed.byteCount == plan.parameterByteCount) }
        }
        // Three times as many bytes where nothing is shared; a layout may differ for one layer.
        #expect(packed.byteCount < total / 2)
        #expect(packed.byteCount >= total / 3)
    }

    @Test func kernelsOfBatchesOfOneAndFourAreTheSameMemory() throws {
        let trunk = try network.ending(at: "features")
        let packed = try PackedParameters(parameters)
        let plans = try [1, 4].map {
            try Plan(inferring: trunk, packed, batch: $0, precision: .float32)
        }
        #expect(plans[0].parameterByteCount == plans[1].parameterByteCount)
        #expect(packed.byteCount == plans[0].parameterByteCount)
        #expect(zip(plans[0].constants.memories, plans[1].constants.memories).allSatisfy { $0 === $1 })
    }

    @Test func anotherLayerOfTheSameNameIsNotTaken() throws {
        func wide(_ epsilon: Float) throws -> Network {
            var builder = NetworkBuilder("wide")
            var x = builder.input(height: 8, width: 8, channels: 16)
            x = builder.add("first", .convolution(Convolution(filters: 16, kernelSize: 3)), to: x)
            _ = builder.add("first/bn", .batchNormalization(BatchNormalization(epsilon: epsilon)), to: x)
            return try builder.build()
        }
        let packed = try PackedParameters(parameters)
        let first = try Plan(inferring: wide(1e-3), packed, batch: 1, precision: .float32)
        let second = try Plan(inferring: wide(0.5), packed, batch: 1, precision: .float32)
        #expect(packed.byteCount == first.parameterByteCount + second.parameterByteCount)
    }

    /// A map of one place is reached by the middle of a kernel alone.
    @Test func kernelsThatReachLessAreOthers() throws {
        let first = try network.ending(at: "first")
        let packed = try PackedParameters(parameters)
        let large = try Plan(inferring: first, packed, batch: 1, precision: .float32)
        let small = try Plan(
            inferring: first.resized(height: 1, width: 1), packed, batch: 1, precision: .float32)
        #expect(small.parameterByteCount < large.parameterByteCount / 4)
        // The bias is shared.
        #expect(packed.byteCount == large.parameterByteCount + small.parameterByteCount - 16 * 4)
    }
}
