import GraftTensors
import Testing

@testable import GraftExecution

@Suite struct RoundingTests {
    @Test(arguments: [1, 9, 25, 300], [1, 7, 8, 19])
    func sumsOfFiltersStay(count: Int, filters: Int) {
        var generator = CounterGenerator(seed: 3)
        let weights = (0..<filters * count).map { _ in generator.nextNormal() }
        var rounded = weights
        roundToBFloat16KeepingSums(&rounded, filters: filters)
        #expect(rounded.allSatisfy { BFloat16($0).floatValue == $0 })
        for filter in 0..<filters {
            let range = filter * count..<(filter + 1) * count
            // Half a unit in the last place, at most.
            func half(_ index: Int) -> Double { Double(abs(rounded[index])) / 256 + 1e-7 }
            let change = range.reduce(0) { $0 + Double(rounded[$1]) - Double(weights[$1]) }
            #expect(abs(change) < half(range.upperBound - 1) + 1e-6 * Double(count))
            #expect(rounded[range.lowerBound] == BFloat16(weights[range.lowerBound]).floatValue)
            for index in range.dropFirst() {
                #expect(Double(abs(rounded[index] - weights[index])) <= half(index - 1) + half(index))
            }
        }
    }

    @Test func whatIsNotFiniteSpoilsNoOther() {
        var weights: [Float] = [1.003, .infinity, 2.007, .nan, 3.001, -.infinity, 0.3]
        let nearest = weights.map { BFloat16($0).floatValue }
        roundToBFloat16KeepingSums(&weights, filters: 1)
        #expect([0, 2, 4, 6].allSatisfy { weights[$0] == nearest[$0] })
        #expect(weights[1] == .infinity && weights[3].isNaN && weights[5] == -.infinity)
    }
}
