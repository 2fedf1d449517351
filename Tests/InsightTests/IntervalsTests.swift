import GraftTraining
import Testing

@testable import GraftInsight

@Suite struct IntervalsTests {
    @Test func wilsonIsThatOfStatsmodels() throws {
        for share in try StatisticsFixture.load().intervals.shares {
            #expect(agree(WilsonInterval.of(successes: share.successes, count: share.count), share.bounds))
        }
    }

    @Test func ofNothingEachShareIsPossible() {
        #expect(WilsonInterval.of(successes: 0, count: 0) == 0...1)
    }

    @Test func bootstrapIsThatOfTheReference() throws {
        let set = try StatisticsFixture.load().intervals
        let found = Intervals.bootstrap(count: set.values.count, seed: set.seed) { indexes in
            indexes.reduce(0) { $0 + set.values[$1] } / Double(indexes.count)
        }
        #expect(agree(found, set.bootstrap))
    }

    @Test func bootstrapOfAConstantIsThatConstant() {
        #expect(Intervals.bootstrap(count: 3) { _ in 2 } == 2...2)
    }

    @Test func bootstrapNeedsPicturesAndADefinedStatistic() {
        #expect(Intervals.bootstrap(count: 0) { _ in 1 } == nil)
        #expect(Intervals.bootstrap(count: 3) { _ in nil } == nil)
        #expect(Intervals.bootstrap(count: 3) { _ in .nan } == nil)
    }

    @Test func bootstrapLeavesOutDrawsWithoutAValue() {
        // Of two pictures, three draws of four hold the first one.
        #expect(Intervals.bootstrap(count: 2) { $0.contains(0) ? 5 : nil } == 5...5)
    }
}
