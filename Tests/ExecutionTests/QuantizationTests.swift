import Networks
import OneDNN
import Tensors
import Testing

@testable import Execution

/// Convolutions in eight bits, against the same network in 32-bit floating point.
@Suite(.enabled(if: Engine.hasInt8, "the processor has no eight-bit products")) struct QuantizationTests {
    /// All that has a form of its own in eight bits: residual additions in place and not, groups, branches of different size, pooling.
    private func network() throws -> (network: Network, parameters: ParameterStore) {
        var builder = NetworkBuilder("branches")
        let input = builder.input(height: 12, width: 10, channels: 3)
        func convolution(_ name: String, _ filters: Int, _ size: Int, groups: Int = 1, to source: String)
            -> String
        {
            let layer = Convolution(filters: filters, kernelSize: size, groups: groups)
            let sum = builder.add(name, .convolution(layer), to: source)
            return builder.add("\(name)/bn", .batchNormalization(BatchNormalization(epsilon: 1e-3)), to: sum)
        }
        let stem = builder.add(
            "stem/relu", .activation(.relu6), to: convolution("stem", 16, 3, to: input))
        let deep = builder.add(
            "deep/relu", .activation(.relu), to: convolution("deep", 16, 3, groups: 16, to: stem))
        let narrow = convolution("narrow", 16, 1, to: deep)
        let sum = builder.add("sum", .add, to: narrow, stem)
        let again = convolution("again", 16, 1, to: sum)
        let second = builder.add("sum/2", .add, to: again, sum)
        let left = builder.add(
            "left/relu", .activation(.relu), to: convolution("left", 16, 1, to: second))
        let right = builder.add(
            "right/relu", .activation(.relu), to: convolution("right", 32, 3, to: second))
        let joined = builder.add("joined", .concatenate, to: left, right)
        let pooled = builder.add(
            "pooled", .pooling(Pooling(.maximum, size: 2, stride: 2)), to: joined)
        let last = builder.add("last/relu", .activation(.relu), to: convolution("last", 24, 3, to: pooled))
        _ = builder.add("features", .globalAveragePooling, to: last)
        let network = try builder.build()
        return (network, .generated(for: network, seed: 5))
    }

    private func pictures(_ count: Int, seed: UInt64) -> [[Float]] {
        var generator = CounterGenerator(seed: seed, purpose: "pictures")
        return (0..<count).map { _ in
            (0..<12 * 10 * 3).map { _ in 2 * generator.nextUniform() - 1 }
        }
    }

    private func outputs(
        _ network: Network, _ parameters: ParameterStore, _ quantization: Quantization?,
        _ pictures: [[Float]],
        of name: String
    ) throws -> [Float] {
        let workspace = try Workspace(
            Plan(
                inferring: network, parameters, batch: pictures.count, precision: .float32,
                quantization: quantization, outputs: [name]))
        try workspace.withFloats(of: "input") { target in
            for (index, value) in pictures.joined().enumerated() { target[index] = value }
        }
        try workspace.runForward()
        return try workspace.withFloats(of: name) { span in span.indices.map { span[$0] } }
    }

    private func error(_ found: [Float], _ wanted: [Float]) -> Double {
        let difference = zip(found, wanted).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        return (difference / wanted.reduce(0.0) { $0 + Double($1 * $1) }).squareRoot()
    }

    @Test func resultIsCloseToThatOfFloatingPoint() async throws {
        let (network, parameters) = try network()
        let worker = try await PlanWorker(threads: 1) { 0 }
        let (seen, unseen) = (pictures(8, seed: 1), pictures(4, seed: 2))
        try await worker.perform { _ in
            let (quantization, told) = try Quantization.calibrated(
                network, parameters, precision: .float32, on: seen)
            #expect(
                quantization.convolutions == ["stem", "deep", "narrow", "again", "left", "right", "last"])
            #expect(told > 0 && told < 0.03)
            for name in ["sum", "sum/2", "pooled", "features"] {
                let found = try outputs(network, parameters, quantization, unseen, of: name)
                let wanted = try outputs(network, parameters, nil, unseen, of: name)
                #expect(found != wanted, "nothing was rounded: \(name)")
                #expect(error(found, wanted) < 0.04, "\(name)")
            }
        }
    }

    @Test func wholeNumbersOnTheGridAreExact() async throws {
        var builder = NetworkBuilder("exact")
        let input = builder.input(height: 1, width: 1, channels: 4)
        _ = builder.add(
            "node", .convolution(Convolution(filters: 2, kernelSize: 1, hasBias: true)), to: input)
        let network = try builder.build()
        var parameters = ParameterStore()
        // The largest of each filter is 127 steps.
        let kernel: [Float] = [127, -3, 5, 0, 0.5, 63.5, -1, 2]
        parameters["node/kernel"] = Tensor(kernel, shape: [2, 4, 1, 1])
        parameters["node/bias"] = Tensor([1.5, -2], shape: [2])
        let quantization = Quantization(
            convolutions: ["node"], grids: ["input": Quantization.Grid(scale: 0.25, isSigned: true)])
        let worker = try await PlanWorker(threads: 1) { 0 }
        let expected: [Float] = [127 + 1.5 + 158.75 + 1.5, -64.5]
        let found = try await worker.perform { [parameters] _ in
            try outputs(network, parameters, quantization, [[1, -0.5, 31.75, 0.25]], of: "node")
        }
        #expect(found == expected)
    }

    @Test func valuesThatAreJoinedShareAGrid() async throws {
        let (network, parameters) = try network()
        let worker = try await PlanWorker(threads: 1) { 0 }
        let quantization = try await worker.perform { [pictures = pictures(4, seed: 3)] _ in
            try Quantization.calibrated(network, parameters, precision: .float32, on: pictures).quantization
        }
        let grids = ["left/relu", "right/relu", "joined", "pooled"].map { quantization.grids[$0] }
        #expect(grids[0] != nil)
        #expect(Set(grids).count == 1)
        #expect(quantization.grids["joined"]?.isSigned == false)
        #expect(quantization.grids["input"]?.isSigned == true)
        // Nothing in eight bits reads the last map.
        #expect(quantization.grids["last/relu"] == nil)
    }
}
