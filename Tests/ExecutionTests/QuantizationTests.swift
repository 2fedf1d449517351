import GraftNetworks
import GraftOneDNN
import GraftTensors
import Testing

import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

@testable import GraftExecution

/// Convolutions in eight bits, against the same network in 32-bit floating point.
@Suite(.enabled(if: Engine.hasInt8, "the processor has no eight-bit products")) struct QuantizationTests {
    /// All that has a form of its own in eight bits: residual additions in place and not, groups, branches of
    /// different size, pooling.
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
        let calibrated = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: seen, threads: 2)
        let quantization = calibrated.quantization
        #expect(quantization.convolutions == ["stem", "deep", "narrow", "again", "left", "right", "last"])
        #expect(calibrated.convolutions == 7 && calibrated.allConvolutions == 7)
        #expect(calibrated.floatingError == 0 && calibrated.error > 0 && calibrated.error < 0.03)
        try await worker.perform { _ in
            for name in ["sum", "sum/2", "pooled", "features"] {
                let found = try outputs(network, parameters, quantization, unseen, of: name)
                let wanted = try outputs(network, parameters, nil, unseen, of: name)
                #expect(found != wanted, "nothing was rounded: \(name)")
                #expect(error(found, wanted) < (Engine.hasVNNI ? 0.04 : 0.06), "\(name)")
            }
        }
    }

    @Test func numberOfThreadsDoesNotMatter() async throws {
        let (network, parameters) = try network()
        let alone = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures(5, seed: 1), threads: 1)
        let three = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures(5, seed: 1), threads: 3)
        #expect(alone == three)
    }

    /// Two channels a million times apart, kept apart by a depthwise convolution: one grid cannot serve both.
    @Test func whatBearsItBadlyStaysInFloatingPoint() async throws {
        var builder = NetworkBuilder("uneven")
        let input = builder.input(height: 8, width: 8, channels: 3)
        let wide = builder.add("wide", .convolution(Convolution(filters: 8, kernelSize: 1)), to: input)
        let uneven = builder.add("uneven", .batchNormalization(BatchNormalization(epsilon: 0)), to: wide)
        let deep = builder.add(
            "deep", .convolution(Convolution(filters: 8, kernelSize: 3, groups: 8)), to: uneven)
        let even = builder.add("even", .batchNormalization(BatchNormalization(epsilon: 0)), to: deep)
        let relu = builder.add("relu", .activation(.relu), to: even)
        let last = builder.add("last", .convolution(Convolution(filters: 8, kernelSize: 1)), to: relu)
        _ = builder.add("features", .globalAveragePooling, to: last)
        let network = try builder.build()
        var parameters = ParameterStore.generated(for: network, seed: 3)
        let factors = (0..<8).map { Float($0 % 2 == 0 ? 1000 : 0.001) }
        parameters["uneven/gamma"] = Tensor(factors, shape: [8])
        parameters["uneven/beta"] = Tensor([Float](repeating: 0, count: 8), shape: [8])
        parameters["even/gamma"] = Tensor(factors.map { 1 / $0 }, shape: [8])
        parameters["even/beta"] = parameters["uneven/beta"]
        parameters["even/movingMean"] = Tensor([Float](repeating: 0, count: 8), shape: [8])
        let pictures = pictures(8, seed: 4).map { Array($0.prefix(8 * 8 * 3)) }
        let all = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures, allowing: .infinity, threads: 1)
        #expect(all.convolutions == 3 && all.error > 0.2, "\(all.error)")
        let careful = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures, allowing: 0.1, threads: 1)
        #expect(careful.quantization.convolutions == ["wide", "last"])
        #expect(careful.allConvolutions == 3)
        #expect(careful.error < 0.1)
    }

    @Test func whatIsOnlyAddedHasAGridToo() async throws {
        var builder = NetworkBuilder("shortcut")
        let input = builder.input(height: 6, width: 6, channels: 3)
        let shortcut = builder.add(
            "shortcut", .convolution(Convolution(filters: 8, kernelSize: 1)), to: input)
        let long = builder.add("long", .convolution(Convolution(filters: 8, kernelSize: 3)), to: input)
        let sum = builder.add("sum", .add, to: long, shortcut)
        let relu = builder.add("relu", .activation(.relu), to: sum)
        let last = builder.add("last", .convolution(Convolution(filters: 4, kernelSize: 1)), to: relu)
        _ = builder.add("features", .globalAveragePooling, to: last)
        let network = try builder.build()
        let pictures = pictures(4, seed: 6).map { Array($0.prefix(6 * 6 * 3)) }
        let quantization = try await CalibratedNetwork(
            network, .generated(for: network, seed: 1), precision: .float32, on: pictures, threads: 1
        ).quantization
        #expect(Set(quantization.grids.keys) == ["input", "shortcut", "relu"])
        #expect(quantization.grids["shortcut"]?.isSigned == true)
        #expect(quantization.untouched(by: [], in: network).grids == quantization.grids)

        let assumed = Quantization.assumed(for: network)
        #expect(assumed.convolutions == quantization.convolutions)
        for (name, grid) in quantization.grids {
            #expect(assumed.grids[name]?.isSigned == grid.isSigned, "\(name)")
        }
    }

    @Test func whatIsWantedOfANetworkIsNotRounded() async throws {
        let (network, parameters) = try network()
        let quantization = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures(4, seed: 3), threads: 1
        ).quantization
        let worker = try await PlanWorker(threads: 1) { 0 }
        let scale = try #require(quantization.grids["left/relu"]?.scale)
        let values = try await worker.perform { [pictures = pictures(1, seed: 4)] _ in
            try outputs(network, parameters, quantization, pictures, of: "left/relu")
        }
        #expect(values.contains { abs($0 / scale - ($0 / scale).rounded()) > 0.1 })
    }

    @Test func whatReadsChangedLayersIsNotInEightBits() async throws {
        let (network, parameters) = try network()
        let quantization = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures(4, seed: 3), threads: 1
        ).quantization
        #expect(quantization.untouched(by: [], in: network).convolutions == quantization.convolutions)
        let rest = quantization.untouched(by: ["again/bn"], in: network)
        // A convolution is folded with the BatchNorm after it.
        #expect(rest.convolutions == ["stem", "deep", "narrow"])
        #expect(rest.grids["sum"] == nil && rest.grids["sum/2"] == nil && rest.grids["joined"] == nil)
        #expect(rest.grids["stem/relu"] == quantization.grids["stem/relu"])
        #expect(quantization.untouched(by: ["stem"], in: network).convolutions.isEmpty)
        let worker = try await PlanWorker(threads: 1) { 0 }
        try await worker.perform { [pictures = pictures(2, seed: 5)] _ in
            let found = try outputs(network, parameters, rest, pictures, of: "features")
            let wanted = try outputs(network, parameters, nil, pictures, of: "features")
            #expect(found != wanted && error(found, wanted) < 0.03)
        }
    }

    @Test func savedQuantizationIsTheSame() async throws {
        let (network, parameters) = try network()
        let calibrated = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures(4, seed: 3), threads: 1)
        let read = try JSONDecoder().decode(CalibratedNetwork.self, from: JSONEncoder().encode(calibrated))
        #expect(read == calibrated)
        #expect(read.quantization.canonicalText == calibrated.quantization.canonicalText)
        var other = calibrated.quantization
        other.grids["stem/relu"]?.scale.scaleUlp()
        #expect(other.canonicalText != calibrated.quantization.canonicalText)
    }

    @Test func wholeNumbersOnTheGridAreExact() async throws {
        var builder = NetworkBuilder("exact")
        let input = builder.input(height: 1, width: 1, channels: 4)
        _ = builder.add(
            "node", .convolution(Convolution(filters: 2, kernelSize: 1, hasBias: true)), to: input)
        let network = try builder.build()
        var parameters = ParameterStore()
        // The largest of each filter is so many steps; without VNNI kernels of signed numbers have fewer.
        let largest: Float = Engine.hasVNNI ? 127 : 63
        let kernel: [Float] = [largest, -3, 5, 0, 0.5, largest / 2, -1, 2]
        parameters["node/kernel"] = Tensor(kernel, shape: [2, 4, 1, 1])
        parameters["node/bias"] = Tensor([1.5, -2], shape: [2])
        let quantization = Quantization(
            convolutions: ["node"], grids: ["input": Quantization.Grid(scale: 0.25, isSigned: true)])
        let worker = try await PlanWorker(threads: 1) { 0 }
        let expected: [Float] = [largest + 1.5 + 158.75 + 1.5, -32.75 - largest / 4]
        let found = try await worker.perform { [parameters] _ in
            try outputs(network, parameters, quantization, [[1, -0.5, 31.75, 0.25]], of: "node")
        }
        #expect(found == expected)
    }

    /// The largest sums of two products: where they were kept in 16 bits, they would come to less.
    @Test func sumsOfTheLargestNumbersAreWhole() async throws {
        for isSigned in [false, true] {
            var builder = NetworkBuilder("largest")
            let input = builder.input(height: 4, width: 4, channels: 64)
            _ = builder.add(
                "node", .convolution(Convolution(filters: 32, kernelSize: 1, hasBias: true)), to: input)
            let network = try builder.build()
            var parameters = ParameterStore()
            parameters["node/kernel"] = Tensor([Float](repeating: 1, count: 32 * 64), shape: [32, 64, 1, 1])
            parameters["node/bias"] = Tensor([Float](repeating: 0, count: 32), shape: [32])
            let quantization = Quantization(
                convolutions: ["node"], grids: ["input": Quantization.Grid(scale: 1, isSigned: isSigned)])
            let level: Float = isSigned ? 127 : 255
            let worker = try await PlanWorker(threads: 1) { 0 }
            let found = try await worker.perform { [parameters] _ in
                try outputs(
                    network, parameters, quantization, [[Float](repeating: level, count: 16 * 64)], of: "node"
                )
            }
            #expect(found.allSatisfy { abs($0 - 64 * level) < 0.01 }, "\(found[0]) of \(64 * level)")
        }
    }

    @Test func valuesThatAreJoinedShareAGrid() async throws {
        let (network, parameters) = try network()
        let quantization = try await CalibratedNetwork(
            network, parameters, precision: .float32, on: pictures(4, seed: 3), threads: 1
        ).quantization
        let grids = ["left/relu", "right/relu", "joined", "pooled"].map { quantization.grids[$0] }
        #expect(grids[0] != nil)
        #expect(Set(grids).count == 1)
        #expect(quantization.grids["joined"]?.isSigned == false)
        #expect(quantization.grids["input"]?.isSigned == true)
        // Nothing in eight bits reads the last map.
        #expect(quantization.grids["last/relu"] == nil)
    }
}

extension Float {
    fileprivate mutating func scaleUlp() { self = nextUp }
}
