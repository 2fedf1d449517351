import Testing

@testable import GraftInsight

@Suite struct PairwiseSumTests {
    @Test func eachNumberIsAddedOnce() {
        for count in [0, 1, 7, 8, 9, 128, 129, 1000] {
            let numbers = (0..<count).map { Double($0) }
            #expect(PairwiseSum.of(numbers[...]) == Double(count * (count - 1) / 2))
            #expect(PairwiseSum.of(([99] + numbers)[1...]) == Double(count * (count - 1) / 2))
        }
    }

    @Test func roundingErrorsAreThoseOfNumPy() throws {
        for set in try StatisticsFixture.load().sums {
            #expect(PairwiseSum.of((0..<set.count).map { Double($0) / 10 }[...]) == set.sum)
        }
    }
}
