import GraftNetworks
import GraftOneDNN
import GraftTensors
import Testing

@testable import GraftExecution

@Suite struct MemoryEstimateTests {
    /// A residual block: what is added is overwritten by the sum.
    private func block() throws -> Network {
        var builder = NetworkBuilder("block")
        let x = builder.input(height: 8, width: 8, channels: 4)
        let stem = builder.add("stem", .convolution(Convolution(filters: 32, kernelSize: 3)), to: x)
        let normalized = builder.add(
            "bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: stem)
        let start = builder.add("relu", .activation(.relu), to: normalized)
        let inner = builder.add("inner", .convolution(Convolution(filters: 16, kernelSize: 1)), to: start)
        let outer = builder.add(
            "outer", .convolution(Convolution(filters: 32, kernelSize: 1, hasBias: true)), to: inner)
        let sum = builder.add("sum", .add, to: start, outer)
        let pooled = builder.add("features", .globalAveragePooling, to: sum)
        _ = builder.add("dense", .dense(Dense(units: 3)), to: pooled)
        return try builder.build()
    }

    @Test func workspaceIsTheMostThatLivesAtOneTime() throws {
        let estimate = try block().memoryEstimate(precision: .float32)
        // The input and the output stay; the block's start, which the sum overwrites, and the inner map are
        // needed at one time.
        #expect(estimate.workspace == (8 * 8 * 4 + 3 + 8 * 8 * 32 + 8 * 8 * 16) * 4)
    }

    @Test func packedParametersHaveBatchNormFoldedIntoABias() throws {
        let kernels = 32 * 4 * 9 + 16 * 32 + 32 * 16
        let biases = 32 + 16 + 32
        let dense = 3 * 32 + 3
        let network = try block()
        #expect(network.memoryEstimate(precision: .float32).parameters == (kernels + biases + dense) * 4)
        #expect(
            network.memoryEstimate(precision: .bfloat16).parameters == kernels * 2 + (biases + dense) * 4)
    }

    @Test func kernelsOfLargeDenseLayersAreInThePlansType() throws {
        var builder = NetworkBuilder("wide")
        let x = builder.add("input", .input(Input(shape: [4096])))
        _ = builder.add("dense", .dense(Dense(units: 1024)), to: x)
        let estimate = try builder.build().memoryEstimate(precision: .bfloat16)
        #expect(estimate.parameters == 4096 * 1024 * 2 + 1024 * 4)
        // The input, its copy in bf16 and the output.
        #expect(estimate.workspace == 4096 * 4 + 4096 * 2 + 1024 * 4)
    }

    /// All operations in a row, and branches; what oneDNN adds to that is scratchpads.
    private func everything() throws -> Network {
        var builder = NetworkBuilder("everything")
        var x = builder.input(height: 16, width: 16, channels: 8)
        x = builder.add("lrn", .localResponseNormalization(.init(size: 3, alpha: 1, beta: 1, k: 1)), to: x)
        x = builder.add("bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: x)
        let mean = builder.add("mean", .globalAveragePooling, to: x)
        let scale = builder.add("scale", .activation(.hardSigmoid), to: mean)
        x = builder.add("scaled", .multiply, to: scale, x)
        let learned = builder.add("learned", .parameter(LearnedTensor(shape: [16, 1, 8])))
        x = builder.add("placed", .add, to: learned, x)
        let start = builder.add("sigmoid", .activation(.sigmoid), to: x)
        let left = builder.add("left", .convolution(Convolution(filters: 16, kernelSize: 3)), to: start)
        let right = builder.add(
            "right", .pooling(Pooling(.maximum, size: 3, stride: 1, padding: .same)), to: x)
        x = builder.add("both", .concatenate, to: left, right)
        x = builder.add("doubled", .add, to: x, x)
        x = builder.add("small", .adaptiveAveragePooling(.init(height: 4, width: 4)), to: x)
        x = builder.add("same", .adaptiveAveragePooling(.init(height: 4, width: 4)), to: x)
        x = builder.add("flat", .flatten, to: x)
        x = builder.add("dropout", .dropout(Dropout(rate: 0.5)), to: x)
        x = builder.add("dense", .dense(Dense(units: 8)), to: x)
        _ = builder.add("softmax", .softmax, to: x)
        return try builder.build()
    }

    @Test func workspaceIsThatOfThePlanButForScratchpads() throws {
        for network in [try block(), try everything()] {
            let plan = try Plan(
                inferring: network, ParameterStore.generated(for: network, seed: 1), batch: 1,
                precision: .float32)
            let steps = plan.forward
            let tiny = try MemoryDescriptor([1], .uint8, .rowMajor)
            let values = plan.values.map { value in
                var value = value
                if value.descriptor.elementType == .uint8 { value.descriptor = tiny }
                return value
            }
            let arena = Arena(values: values, steps: steps, kept: Set(plan.named.values))
            let estimate = network.memoryEstimate(precision: .float32)
            let difference = arena.byteCount - estimate.workspace
            // Blocks start at whole multiples of 64 bytes.
            #expect((0..<64 * values.count).contains(difference), "\(network.name): \(difference)")
            #expect(arena.byteCount <= plan.workspaceByteCount)
        }
    }

    @Test func eachCoreNeedsAWorkspaceOfItsOwn() throws {
        let estimate = try block().memoryEstimate(precision: .float32)
        #expect(estimate.total(cores: 5) - estimate.total(cores: 2) == 3 * estimate.workspace)
    }
}
