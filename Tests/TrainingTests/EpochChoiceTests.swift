import Testing

@testable import GraftTraining

/// Which epoch of a stage is kept.
@Suite struct EpochChoiceTests {
    private func kept(_ epochs: [(score: Double, loss: Double)], images: Int = 736) -> Int? {
        kept(epochs.map { Metrics(images: images, loss: $0.loss, top1: $0.score, top5: 1) })
    }

    private func kept(_ epochs: [Metrics]) -> Int? {
        var kept: Int?
        for (index, metrics) in epochs.enumerated() {
            let before = kept.map { epochs[$0] }
            if EpochChoice.prefers(metrics, to: before, among: Array(epochs[...index])) { kept = index }
        }
        return kept.map { $0 + 1 }
    }

    @Test func answersThatAreRightAndTooSureAreKept() {
        // As on 736 photos of flowers: one standard error is 0.9 points.
        let curve = [
            (0.90, 0.31), (0.915, 0.24), (0.918, 0.23), (0.921, 0.219), (0.944, 0.262), (0.940, 0.259),
            (0.943, 0.260),
        ]
        #expect(kept(curve) == 6)
    }

    @Test func luckAloneIsNotKept() {
        // Of 75 pictures, one more is right in the second epoch than in any other.
        #expect(
            kept([(0.92, 0.3), (0.987, 0.25), (0.973, 0.12), (0.973, 0.06), (0.973, 0.07)], images: 75) == 4)
    }

    @Test func epochsThatFallBehindAreGivenUpEvenForAGreaterLoss() {
        #expect(kept([(0.5, 0.1), (0.9, 0.9)]) == 2)
        #expect(kept([(0.9, 0.9), (0.5, 0.1)]) == 1)
        // Step by step: each is near the one before it, the last far from the greatest.
        #expect(kept([(0.90, 0.5), (0.892, 0.4), (0.884, 0.3), (0.876, 0.2)]) == 2)
    }

    @Test func equalScoresAreDecidedByTheLoss() {
        #expect(kept([(1, 0.2), (1, 0.1), (1, 0.15)]) == 2)
        #expect(kept([(0, 0.2), (0, 0.1), (0, 0.1)]) == 2)
    }

    @Test func lossThatIsNoNumberIsNeverKeptForOneThatIs() {
        #expect(kept([(0.1, .nan), (0.05, 2), (0.9, .infinity)]) == 2)
        #expect(kept([(0.1, .nan), (0.2, .nan)]) == 2)
    }

    @Test func numbersAreDecidedByTheLoss() {
        func metrics(_ determination: Double, _ loss: Double) -> Metrics {
            let errors = NumberErrors(meanAbsolute: 1, rootMeanSquare: 1, determination: determination)
            return Metrics(images: 50, loss: loss, top1: 0, top5: 0, errors: [errors])
        }
        #expect(kept([metrics(0.2, 0.5), metrics(0.9, 0.2), metrics(0.91, 0.21)]) == 2)
    }

    @Test func averagePrecisionHasAnError() {
        func metrics(_ precision: Double, _ loss: Double) -> Metrics {
            Metrics(images: 100, loss: loss, top1: 0, top5: 0, meanAveragePrecision: precision)
        }
        #expect(kept([metrics(0.80, 0.2), metrics(0.83, 0.3)]) == 1)
        #expect(kept([metrics(0.70, 0.2), metrics(0.83, 0.3)]) == 2)
    }
}
