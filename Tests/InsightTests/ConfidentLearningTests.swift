import Testing

@testable import GraftInsight

@Suite struct ConfidentLearningTests {
    @Test func jointAndFlagsAreThoseOfCleanlab() throws {
        for set in try StatisticsFixture.load().confidentLearning {
            let rows = exact(set.probabilities, over: set.scale)
            let found = ConfidentLearning(
                labels: set.labels, probabilities: rows, classCount: set.classCount)
            #expect(found.joint.counts == set.joint)
            #expect(found.isLabelIssue.indices.filter { found.isLabelIssue[$0] } == set.flags)
            #expect(found.qualityScores == zip(set.labels, rows).map { $1[$0] })
        }
    }

    @Test func withoutPicturesNothingIsFlagged() {
        for classCount in [0, 2] {
            let found = ConfidentLearning(labels: [], probabilities: [], classCount: classCount)
            #expect(found.isLabelIssue.isEmpty && found.qualityScores.isEmpty)
            #expect(found.joint.counts.allSatisfy { $0.allSatisfy { $0 == 0 } })
            #expect(found.joint.thresholds == [Double?](repeating: nil, count: classCount))
        }
    }

    @Test func ofOneClassNothingIsFlagged() {
        let found = ConfidentLearning(labels: [0, 0], probabilities: [[1], [1]], classCount: 1)
        #expect(found.isLabelIssue == [false, false] && found.joint.counts == [[2]])
    }

    @Test func labelThatIsTheAnswerIsNeverFlagged() {
        let rows: [[Float]] = [[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [0.25, 0.75]]
        let found = ConfidentLearning(labels: [0, 0, 1, 1], probabilities: rows, classCount: 2)
        #expect(found.isLabelIssue == [false, false, false, false])
        #expect(found.joint.thresholds == [0.75, 0.75])
    }

    @Test func pictureAmongOthersOfAnotherClassIsFlagged() {
        var rows = [[Float]](repeating: [0.875, 0.125], count: 10)
        rows += [[Float]](repeating: [0.125, 0.875], count: 10)
        var labels = [Int](repeating: 0, count: 10) + [Int](repeating: 1, count: 10)
        labels[4] = 1
        let found = ConfidentLearning(labels: labels, probabilities: rows, classCount: 2)
        #expect(found.isLabelIssue.indices.filter { found.isLabelIssue[$0] } == [4])
        #expect(found.qualityScores[4] == 0.125)
    }

    @Test func whatIsNoNumberCountsAsZero() {
        let found = ConfidentLearning(
            labels: [0, 1], probabilities: [[.nan, 1], [0, 1]], classCount: 2)
        #expect(found.qualityScores == [0, 1])
        #expect(found.joint.thresholds == [0, 1])
    }
}
