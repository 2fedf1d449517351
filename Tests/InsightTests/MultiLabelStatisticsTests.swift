import Testing

@testable import GraftInsight

@Suite struct MultiLabelStatisticsTests {
    @Test func figuresAreThoseOfScikitLearn() throws {
        for set in try StatisticsFixture.load().multiLabel {
            let found = MultiLabelStatistics(
                targets: set.targets.map { $0.map { $0 == 1 } },
                probabilities: exact(set.probabilities, over: set.scale), threshold: set.threshold)
            #expect(agree(found.classes.map(\.precision), set.precision))
            #expect(agree(found.classes.map(\.recall), set.recall))
            #expect(agree(found.classes.map(\.f1), set.f1))
            #expect(agree(found.averagePrecision, set.averagePrecision))
            #expect(agree(found.meanAveragePrecision, set.meanAveragePrecision))
            #expect(agree(found.bestThresholds.map { $0.map { Double($0) } }, set.bestThresholds))
        }
    }

    @Test func withoutPicturesNothingIsDefined() {
        let found = MultiLabelStatistics(targets: [], probabilities: [])
        #expect(found.classes.isEmpty && found.meanAveragePrecision == nil)
    }

    @Test func classThatNoPictureOrEachPictureHasGetsNoThreshold() {
        let found = MultiLabelStatistics(
            targets: [[Bool]](repeating: [false, true], count: 8),
            probabilities: [[Float]](repeating: [0.1, 0.9], count: 8))
        #expect(found.bestThresholds == [nil, nil])
        #expect(found.averagePrecision == [nil, 1] && found.meanAveragePrecision == 1)
        #expect(found.classes[0].f1 == nil && found.classes[1].f1 == 1)
    }

    @Test func whatIsNoNumberIsNoThreshold() {
        let found = MultiLabelStatistics(
            targets: (0..<10).map { [$0 < 5] }, probabilities: [[Float]](repeating: [.nan], count: 10))
        #expect(found.bestThresholds == [nil] && found.averagePrecision == [0.5])
    }
}
