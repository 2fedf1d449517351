import Testing

@testable import GraftInsight

@Suite struct McNemarTests {
    @Test func pValueIsThatOfStatsmodels() throws {
        for pair in try StatisticsFixture.load().mcNemar {
            let both = [Bool](repeating: true, count: 4)
            let (b, c) = ([Bool](repeating: true, count: pair.b), [Bool](repeating: true, count: pair.c))
            let found = McNemar(
                rightA: both + b + c.map { !$0 } + [false], rightB: both + b.map { !$0 } + c + [false])
            #expect(found.b == pair.b && found.c == pair.c)
            #expect(agree(found.pValue, pair.p))
            #expect(pair.p == 0 || abs(found.pValue / pair.p - 1) < 1e-9)
        }
    }

    @Test func equalModelsDoNotDiffer() {
        #expect(McNemar(rightA: [], rightB: []).pValue == 1)
        #expect(McNemar(rightA: [true, false], rightB: [true, false]).pValue == 1)
    }
}
