import Testing

@testable import GraftInsight

@Suite struct RegressionStatisticsTests {
    @Test func figuresAreThoseOfScikitLearnAndSciPy() throws {
        for set in try StatisticsFixture.load().regression {
            let found = RegressionStatistics(
                targets: set.targets.map { Double($0) / Double(set.scale) },
                answers: set.answers.map { Double($0) / Double(set.scale) })
            #expect(found.count == set.targets.count)
            #expect(agree(found.meanAbsoluteError, set.absolute))
            #expect(agree(found.rootMeanSquareError, set.root))
            #expect(agree(found.determination, set.determination))
            #expect(agree(found.pearson, set.pearson))
            #expect(agree(found.spearman, set.spearman))
        }
    }

    @Test func withoutPicturesNothingIsDefined() {
        let found = RegressionStatistics(targets: [], answers: [])
        #expect(found.count == 0 && found.meanAbsoluteError == nil && found.rootMeanSquareError == nil)
        #expect(found.determination == nil && found.pearson == nil && found.spearman == nil)
    }

    @Test func ofConstantsNoCorrelationIsDefined() {
        let found = RegressionStatistics(targets: [0.1, 0.1, 0.1], answers: [1, 2, 3])
        #expect(found.determination == nil && found.pearson == nil && found.spearman == nil)
        let constant = RegressionStatistics(targets: [1, 2, 3], answers: [0.1, 0.1, 0.1])
        #expect(constant.determination != nil && constant.pearson == nil && constant.spearman == nil)
    }

    @Test func allRightIsPerfectAndTheOppositeIsNot() {
        let right = RegressionStatistics(targets: [1, 2, 4], answers: [1, 2, 4])
        #expect(right.determination == 1 && right.meanAbsoluteError == 0 && agree(right.spearman, 1))
        let wrong = RegressionStatistics(targets: [1, 2, 3], answers: [3, 2, 1])
        #expect(wrong.determination == -3 && agree(wrong.pearson, -1) && agree(wrong.spearman, -1))
    }

    @Test func valuesThatAreNotFiniteAreLeftOut() {
        let found = RegressionStatistics(targets: [1, .nan, 2, 3], answers: [1, 2, .infinity, 5])
        #expect(found.count == 2 && found.meanAbsoluteError == 1)
    }

    @Test func sumsThatOverflowAreNotDefined() {
        let found = RegressionStatistics(targets: [1e200, -1e200], answers: [-1e200, 1e200])
        #expect(found.meanAbsoluteError == 2e200 && found.rootMeanSquareError == nil)
        #expect(found.determination == nil && found.pearson == nil && agree(found.spearman, -1))
    }
}
