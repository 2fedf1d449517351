import Testing
import Training

@Suite struct MetricsTests {
    @Test func topFiveCountsTheFirstFiveOfMany() {
        var sum = MetricsSum()
        let falling: [Float] = [0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05]
        for label in falling.indices { sum.add(loss: 1, probabilities: falling, label: label) }
        let metrics = sum.metrics
        #expect(metrics.images == 7)
        #expect(metrics.top1 == 1.0 / 7)
        #expect(metrics.top5 == 5.0 / 7)
        #expect(metrics.loss == 1)
    }

    @Test func equalProbabilitiesAreNotAllCountedAsRight() {
        var sum = MetricsSum()
        for label in 0..<4 { sum.add(loss: 0, probabilities: [0.25, 0.25, 0.25, 0.25], label: label) }
        #expect(sum.metrics.top1 == 0.25)
    }

    @Test func intervalIsWilsons() {
        // statsmodels.stats.proportion.proportion_confint(397, 400, method="wilson")
        let interval = Metrics(images: 400, loss: 0, top1: 397.0 / 400, top5: 1).top1Interval
        #expect(abs(interval.lowerBound - 0.978184) < 1e-5)
        #expect(abs(interval.upperBound - 0.997446) < 1e-5)
    }
}
