import Foundation
import Testing

@testable import GraftInsight

@Suite struct ClassificationStatisticsTests {
    @Test func figuresAreThoseOfScikitLearn() throws {
        for set in try StatisticsFixture.load().classification {
            let found = ClassificationStatistics(
                labels: set.labels, probabilities: exact(set.probabilities, over: set.scale),
                classCount: set.support.count, topK: set.top.map(\.k))
            #expect(found.confusion.counts == set.confusion)
            #expect(found.classes.map(\.support) == set.support)
            #expect(agree(found.classes.map(\.precision), set.precision))
            #expect(agree(found.classes.map(\.recall), set.recall))
            #expect(agree(found.classes.map(\.f1), set.f1))
            #expect(agree(found.rocAUC, set.rocAUC))
            #expect(agree(found.averagePrecision, set.averagePrecision))
            #expect(agree(found.macro.map { [$0.precision, $0.recall, $0.f1] } ?? [], set.macro))
            #expect(agree(found.weighted.map { [$0.precision, $0.recall, $0.f1] } ?? [], set.weighted))
            #expect(agree(found.accuracy, set.accuracy))
            #expect(agree(found.balancedAccuracy, set.balancedAccuracy))
            #expect(agree(found.cohensKappa, set.kappa))
            #expect(agree(found.matthewsCorrelation, set.matthews))
            #expect(agree(found.macroROCAUC, set.macroROCAUC))
            #expect(agree(found.logLoss, set.logLoss))
            #expect(found.topAccuracy.count == set.top.count)
            for top in set.top { #expect(agree(found.topAccuracy[top.k], top.accuracy)) }
        }
    }

    @Test func withoutPicturesNothingIsDefined() {
        for classCount in [0, 3] {
            let found = ClassificationStatistics(labels: [], probabilities: [], classCount: classCount)
            #expect(found.classes.allSatisfy { $0.precision == nil && $0.recall == nil && $0.f1 == nil })
            #expect(found.macro == nil && found.weighted == nil && found.accuracy == nil)
            #expect(found.balancedAccuracy == nil && found.cohensKappa == nil)
            #expect(found.matthewsCorrelation == nil && found.macroROCAUC == nil && found.logLoss == nil)
            #expect(found.topAccuracy.isEmpty)
            #expect(found.rocAUC == [Double?](repeating: nil, count: classCount))
        }
    }

    @Test func ofOneClassAccuracyIsKnownButNoCorrelation() {
        let found = ClassificationStatistics(labels: [0, 0], probabilities: [[1], [1]], classCount: 1)
        #expect(found.accuracy == 1 && found.balancedAccuracy == 1 && found.macro?.f1 == 1)
        #expect(found.topAccuracy == [1: 1, 5: 1])
        #expect(found.rocAUC == [nil] && found.averagePrecision == [1] && found.logLoss == 0)
        #expect(found.cohensKappa == nil && found.matthewsCorrelation == nil)
    }

    @Test func allRightIsOneAndAllWrongIsAtTheLowerEnd() {
        let rows: [[Float]] = [[1, 0], [0, 1], [1, 0], [0, 1]]
        let right = ClassificationStatistics(labels: [0, 1, 0, 1], probabilities: rows, classCount: 2)
        #expect(right.accuracy == 1 && right.cohensKappa == 1 && right.matthewsCorrelation == 1)
        #expect(right.macroROCAUC == 1 && right.logLoss == 0)
        let wrong = ClassificationStatistics(labels: [1, 0, 1, 0], probabilities: rows, classCount: 2)
        #expect(wrong.accuracy == 0 && wrong.cohensKappa == -1 && wrong.matthewsCorrelation == -1)
        #expect(wrong.macroROCAUC == 0 && wrong.macro?.f1 == 0)
        #expect(agree(wrong.logLoss, 23 * 0.693147180559945309))
    }

    @Test func classesWithoutPicturesAndAnswersDoNotLowerTheMacroMean() {
        let found = ClassificationStatistics(
            labels: [0, 1], probabilities: [[1, 0, 0], [0, 1, 0]], classCount: 3)
        #expect(found.macro?.precision == 1 && found.macro?.recall == 1)
        #expect(found.classes[2].f1 == nil)
    }

    @Test func ofEqualProbabilitiesTheFirstClassIsTheAnswer() {
        let found = ClassificationStatistics(
            labels: [0, 1], probabilities: [[0.5, 0.5], [0.5, 0.5]], classCount: 2)
        #expect(found.confusion.counts == [[1, 0], [1, 0]])
        #expect(found.topAccuracy == [1: 0.5, 5: 1])
    }

    @Test func whatIsNoNumberCountsAsTheLowest() throws {
        let rows: [[Float]] = [[.nan, 0.3, 0], [0.2, .nan, 0], [.nan, .nan, .nan]]
        let found = ClassificationStatistics(labels: [1, 1, 2], probabilities: rows, classCount: 3)
        #expect(found.confusion.counts == [[0, 0, 0], [1, 1, 0], [1, 0, 0]])
        #expect(found.rocAUC.compactMap { $0 }.allSatisfy { $0.isFinite })
        #expect(try #require(found.logLoss).isFinite)
    }

    @Test func whatWasEncodedIsReadAgain() throws {
        let found = ClassificationStatistics(
            labels: [0, 1, 1], probabilities: [[0.75, 0.25], [0.5, 0.5], [0, 1]], classCount: 2)
        let data = try JSONEncoder().encode(found)
        #expect(try JSONDecoder().decode(ClassificationStatistics.self, from: data) == found)
    }
}
