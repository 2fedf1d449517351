import Testing

@testable import GraftInsight

@Suite struct CalibrationTests {
    @Test func binsErrorAndBandAreThoseOfTheReference() throws {
        for set in try StatisticsFixture.load().calibration {
            let found = Calibration(
                labels: set.labels, probabilities: exact(set.probabilities, over: set.scale), seed: set.seed)
            #expect(agree(found.bins.map(\.meanConfidence), set.meanConfidence))
            #expect(agree(found.bins.map(\.accuracy), set.accuracy))
            #expect(found.bins.map(\.count) == set.count)
            #expect(agree(found.expectedError, set.expectedError))
            #expect(agree(found.band, set.band))
            // Other random numbers, and more of them, give about the same band.
            let band = try #require(found.band)
            #expect(abs(band.lowerBound - set.independentBand[0]) < 0.006)
            #expect(abs(band.upperBound - set.independentBand[1]) < 0.006)
        }
    }

    @Test func confidenceOnABorderBelongsToTheLowerBin() {
        let found = Calibration(labels: [0, 0, 1], probabilities: [[0.5, 0.5], [0.5, 0.25], [0, 1]])
        #expect(found.bins.map(\.count) == [2, 1])
        #expect(found.bins.map(\.meanConfidence) == [0.5, 1])
        #expect(found.bins.map(\.accuracy) == [1, 1])
    }

    @Test func certainAnswersThatAreRightHaveNoErrorAndNoBand() {
        let found = Calibration(labels: [0, 1], probabilities: [[1, 0], [0, 1]])
        #expect(found.expectedError == 0 && found.band == 0...0)
    }

    @Test func certainAnswersThatAreWrongLieOutsideTheBand() throws {
        let found = Calibration(labels: [1, 0], probabilities: [[1, 0], [0, 1]])
        #expect(found.expectedError == 1)
        #expect(try #require(found.band).contains(1) == false)
    }

    @Test func withoutPicturesNothingIsDefined() {
        let found = Calibration(labels: [], probabilities: [])
        #expect(found.bins.isEmpty && found.expectedError == nil && found.band == nil)
    }

    @Test func whatIsNoNumberCountsAsNoConfidence() {
        let found = Calibration(labels: [0], probabilities: [[.nan, .nan]])
        #expect(found.bins.map(\.meanConfidence) == [0] && found.expectedError == 1)
    }
}
