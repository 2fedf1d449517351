import GraftTraining
import Testing

@testable import GraftModels

/// Which stages are kept, and what is said of them.
@Suite struct VerdictTests {
    private func verdict(
        _ before: (top1: Double, loss: Double), _ now: (top1: Double, loss: Double), images: Int = 150,
        onlyIfBetter: Bool = true
    ) -> Verdict {
        func metrics(_ numbers: (top1: Double, loss: Double)) -> Metrics {
            Metrics(images: images, loss: numbers.loss, top1: numbers.top1, top5: 1)
        }
        var stage = Stage(name: "tuning", trainable: .all)
        stage.isKeptOnlyIfBetter = onlyIfBetter
        return Verdict(metrics(now), before: metrics(before), stage)
    }

    @Test func moreRightAnswersAreKeptThoughTheLossRises() {
        let verdict = verdict((146.0 / 150, 0.04669), (148.0 / 150, 0.04671))
        #expect(verdict.isKept)
        #expect(
            verdict.reason
                == "top-1 0.973 to 0.987 (2 of 150 pictures more right, which may be chance), "
                + "loss 0.04669 to 0.04671")
    }

    @Test func fewerRightAnswersAreNotKeptThoughTheLossFalls() {
        let verdict = verdict((0.9, 0.5), (0.6, 0.4))
        #expect(!verdict.isKept)
        #expect(verdict.reason == "top-1 0.9 to 0.6 (45 of 150 pictures fewer right), loss 0.5 to 0.4")
    }

    @Test func lossDecidesBetweenEqualScores() {
        #expect(verdict((0.9, 0.5), (0.9, 0.4)).isKept)
        #expect(!verdict((0.9, 0.4), (0.9, 0.5)).isKept)
        #expect(
            verdict((0.9, 0.5), (0.9, 0.4)).reason == "top-1 0.9 as before (of 150 pictures), loss 0.5 to 0.4"
        )
        #expect(!verdict((0.9, 0.5), (0.9, 0.5)).isKept)
        // One standard error is 2.4 points.
        #expect(verdict((0.9, 0.5), (0.88, 0.4)).isKept)
        #expect(!verdict((0.9, 0.5), (0.87, 0.4)).isKept)
    }

    @Test func recipeMayKeepWhatIsNotBetter() {
        let verdict = verdict((0.9, 0.5), (0.8, 0.6), onlyIfBetter: false)
        #expect(verdict.isKept && verdict.reason.hasSuffix("; kept because the recipe says so"))
    }
}
