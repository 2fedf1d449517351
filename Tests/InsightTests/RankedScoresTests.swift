import Testing

@testable import GraftInsight

@Suite struct RankedScoresTests {
    @Test func stepsFallAndEqualScoresShareOne() {
        let ranked = RankedScores(
            scores: [-0.0, 2, 0, -3, .nan, 2], isPositive: [true, false, false, true, true, true])
        #expect(ranked.steps.map(\.score) == [2, 0, -3, -.infinity])
        #expect(ranked.steps.map(\.truePositives) == [1, 2, 3, 4])
        #expect(ranked.steps.map(\.falsePositives) == [1, 2, 2, 2])
    }

    @Test func thresholdLiesBetweenTheScoresThatItSeparates() {
        let ranked = RankedScores(scores: [0.9, 0.7, 0.3, 0.1], isPositive: [true, true, false, false])
        #expect(ranked.bestThreshold == 0.5)
    }

    @Test func thresholdBetweenNeighbouringNumbersKeepsThemApart() throws {
        for lower in [Float(0.5), Float(0.5).nextUp] {
            let ranked = RankedScores(scores: [lower.nextUp, lower], isPositive: [true, false])
            #expect(try #require(ranked.bestThreshold) == lower.nextUp)
        }
    }

    @Test func withoutPicturesOfTheClassNothingIsDefined() {
        for ranked in [
            RankedScores(scores: [], isPositive: []), RankedScores(scores: [0.5], isPositive: [false]),
        ] {
            #expect(ranked.rocAUC == nil && ranked.averagePrecision == nil && ranked.bestThreshold == nil)
        }
    }
}
