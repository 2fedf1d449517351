import Testing

@testable import GraftInsight

@Suite struct ConformalSetsTests {
    @Test func thresholdsAndBandsAreThoseOfTheReference() throws {
        for set in try StatisticsFixture.load().conformal {
            let sets = ConformalSets(scores: set.scores.map { Float($0) / Float(set.scale) })
            for level in set.levels {
                #expect(
                    sets.threshold(coverage: level.coverage)
                        == level.threshold.map { Float($0) / Float(set.scale) })
                #expect(agree(sets.coverageBand(coverage: level.coverage), level.band))
            }
        }
    }

    @Test func tooFewPicturesGiveNoThreshold() {
        let scores = (0..<9).map { Float($0) / 16 }
        #expect(ConformalSets(scores: scores).threshold(coverage: 0.9) == 0.5)
        let fewer = ConformalSets(scores: [Float](scores.dropLast()))
        #expect(fewer.threshold(coverage: 0.9) == nil && fewer.coverageBand(coverage: 0.9) == nil)
        #expect(fewer.classes(in: [1, 0], coverage: 0.9) == nil)
        #expect(ConformalSets(scores: []).threshold(coverage: 0.5) == nil)
    }

    @Test func setHoldsTheClassesUpToTheThreshold() {
        let sets = ConformalSets(labels: [0, 1, 1], probabilities: [[0.75, 0.25], [0.5, 0.5], [0, 1]])
        #expect(sets.scores == [0, 0.25, 0.5])
        #expect(sets.classes(in: [0.5, 0.375, 0.625, .nan], coverage: 0.75) == [0, 2])
        #expect(sets.classes(in: [0.25, 0.25], coverage: 0.75) == [])
    }

    @Test func scoreThatIsNoNumberIsTheWorst() {
        #expect(ConformalSets(scores: [.nan, 0.5]).scores == [0.5, 1])
    }
}
