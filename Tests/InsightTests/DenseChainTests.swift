import GraftNetworks
import GraftTensors
import Testing

@testable import GraftInsight

@Suite struct DenseChainTests {
    /// A network that ends with a map of 2 x 3 places and 4 channels, and dense layers behind it.
    private func network(pooled: Bool, hidden: Bool) throws -> (Network, ParameterStore) {
        var builder = NetworkBuilder("chain")
        var last = builder.input(height: 2, width: 3, channels: 4)
        last = builder.add("map", .activation(.relu), to: last)
        last = builder.add("vector", pooled ? .globalAveragePooling : .flatten, to: last)
        if hidden {
            last = builder.add("dense1", .dense(Dense(units: 5)), to: last)
            last = builder.add("relu1", .activation(.relu), to: last)
            last = builder.add("dropout1", .dropout(Dropout(rate: 0.5)), to: last)
        }
        last = builder.add("dense", .dense(Dense(units: 3)), to: last)
        _ = builder.add("output", .softmax, to: last)
        let network = try builder.build()
        var parameters = ParameterStore()
        var generator = CounterGenerator(seed: 3)
        for parameter in network.parameters {
            let values = (0..<parameter.shape.elementCount).map { _ in 2 * generator.nextUniform() - 1 }
            parameters[parameter.name] = Tensor(values, shape: parameter.shape)
        }
        return (network, parameters)
    }

    private func map(seed: UInt64) -> [Float] {
        var generator = CounterGenerator(seed: seed)
        return (0..<24).map { _ in generator.nextUniform() }
    }

    /// The score of an output before it becomes a probability, up to a constant that is the same for all outputs.
    private func score(_ chain: DenseChain, _ map: [Float], _ output: Int) -> Double {
        // Of probabilities the logarithm's differences are those of scores: the last one is the reference.
        let shares = chain.answer(map).map { Double($0) }
        return logarithm(shares[output]) - logarithm(shares[2])
    }

    private func logarithm(_ value: Double) -> Double {
        // By halving, so that no library is needed: e^x = value.
        var (low, high) = (-40.0, 40.0)
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if exponential(middle) < value { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    private func exponential(_ value: Double) -> Double {
        let part = value / 1024
        var power = 1 + part + part * part / 2 + part * part * part / 6
        for _ in 0..<10 { power *= power }
        return power
    }

    @Test(arguments: [(true, false), (true, true), (false, false), (false, true)])
    func mapIsNumbersTimesGradient(pooled: Bool, hidden: Bool) throws {
        let (network, parameters) = try network(pooled: pooled, hidden: hidden)
        let chain = try DenseChain(network, parameters)
        #expect(chain.map == "map" && chain.shape == [2, 3, 4])
        let map = map(seed: 8)
        // A score less that of the last output is linear near a map: its own map is the difference of two.
        let (own, reference) = (chain.signedMap(map, output: 0), chain.signedMap(map, output: 2))
        for place in 0..<6 {
            var expected = 0.0
            for channel in 0..<4 {
                let step: Float = 1e-3
                var (more, less) = (map, map)
                more[4 * place + channel] += step
                less[4 * place + channel] -= step
                let slope = (score(chain, more, 0) - score(chain, less, 0)) / Double(2 * step)
                expected += slope * Double(map[4 * place + channel])
            }
            #expect(abs(Double(own[place] - reference[place]) - expected) < 5e-3)
        }
        let shown = chain.classMap(map, output: 0)
        #expect(shown.height == 2 && shown.width == 3)
        #expect(shown.values == own.map { max($0, 0) })
    }

    @Test func otherEndsAreRefusedByName() throws {
        var builder = NetworkBuilder("other")
        let input = builder.input(height: 4, width: 4, channels: 3)
        let map = builder.add("conv", .convolution(Convolution(filters: 2, kernelSize: 3)), to: input)
        _ = builder.add("relu", .activation(.relu), to: map)
        let network = try builder.build()
        let error = #expect(throws: (any Error).self) { try DenseChain(network, ParameterStore()) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("The network other"))
    }
}
