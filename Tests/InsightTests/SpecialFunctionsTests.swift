import Testing

@testable import GraftInsight

@Suite struct SpecialFunctionsTests {
    @Test func valuesAreThoseOfSciPy() throws {
        let set = try StatisticsFixture.load().specialFunctions
        for gamma in set.logGamma {
            #expect(abs(SpecialFunctions.logGamma(gamma.x) - gamma.value) <= 1e-13 * max(abs(gamma.value), 1))
        }
        for beta in set.beta {
            #expect(agree(SpecialFunctions.regularisedIncompleteBeta(beta.x, beta.a, beta.b), beta.value))
        }
    }

    @Test func quantilesLeadBackToTheirProbabilities() {
        for (a, b) in [(0.5, 0.5), (1.0, 1.0), (90.0, 10.0), (45_000.0, 5001.0)] {
            for probability in [0.025, 0.5, 0.975] {
                let x = SpecialFunctions.betaQuantile(probability, a, b)
                #expect(agree(SpecialFunctions.regularisedIncompleteBeta(x, a, b), probability))
            }
        }
    }

    @Test func generatorGivesThePublishedNumbers() {
        var generator = SplitMix64(seed: 1_234_567)
        let found = (0..<3).map { _ in generator.next() }
        #expect(found == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }
}
