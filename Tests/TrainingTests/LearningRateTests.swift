import GraftFiles
import Testing

@testable import GraftTraining

/// Schedules against PyTorch's (Conformance/optimizers.py), and the search for a learning rate.
@Suite struct LearningRateTests {
    struct Fixture: Decodable {
        struct Schedules: Decodable {
            var step: [Float]
            var cosine: [Float]
            var oneCycle: [Float]
            var losses: [Double]
            var plateau: [Float]
        }
        var schedules: Schedules
    }

    let expected: Fixture.Schedules

    init() throws { expected = try TrainingFixture.load("optimizers", as: Fixture.self).schedules }

    @Test func stepIsPyTorchs() {
        let curve = LearningRateCurve(.step(epochs: 3, factor: 0.3), warmup: 0, epochs: 10, stepsPerEpoch: 4)
        for (epoch, factor) in expected.step.enumerated() {
            for step in epoch * 4..<epoch * 4 + 4 { #expect(near(curve.factor(step: step), factor)) }
        }
        #expect(expected.step.count == 10)
    }

    @Test func cosineIsPyTorchs() {
        let curve = LearningRateCurve(.cosine(final: 0.1), warmup: 0, epochs: 5, stepsPerEpoch: 4)
        #expect(near((0..<20).map(curve.factor), expected.cosine))
    }

    @Test func oneCycleIsPyTorchs() {
        let curve = LearningRateCurve(.oneCycle(rise: 0.3), warmup: 0, epochs: 5, stepsPerEpoch: 4)
        #expect(near((0..<20).map(curve.factor), expected.oneCycle))
        #expect(near(curve.factor(step: 25), expected.oneCycle[19]))
    }

    @Test func plateauIsPyTorchsWithOneEpochMore() throws {
        var curve = LearningRateCurve(
            .reduceOnPlateau(epochs: 2, factor: 0.5), warmup: 0, epochs: 20, stepsPerEpoch: 2)
        for (epoch, loss) in expected.losses.enumerated() {
            #expect(near(curve.factor(step: 2 * epoch), expected.plateau[epoch]), "epoch \(epoch)")
            curve.epochEnded(validationLoss: loss)
            // As from a checkpoint.
            let state = curve.state
            curve = LearningRateCurve(
                .reduceOnPlateau(epochs: 2, factor: 0.5), warmup: 0, epochs: 20, stepsPerEpoch: 2)
            curve.state = state
        }
        #expect(expected.plateau.last == 0.0625)
    }

    @Test func lossThatIsNoNumberIsNoLowerOne() {
        var curve = LearningRateCurve(
            .reduceOnPlateau(epochs: 1, factor: 0.5), warmup: 0, epochs: 9, stepsPerEpoch: 1)
        curve.epochEnded(validationLoss: .nan)
        #expect(curve.factor(step: 1) == 0.5)
        curve.epochEnded(validationLoss: 3)
        #expect(curve.factor(step: 2) == 0.5)
    }

    @Test func warmUpRisesInEvenStepsAndTheScheduleComesAfterIt() {
        let warm = LearningRateCurve(.cosine(final: 0.1), warmup: 1.5, epochs: 7, stepsPerEpoch: 2)
        #expect((0..<4).map(warm.factor) == [0.25, 0.5, 0.75, 1])
        let alone = LearningRateCurve(.cosine(final: 0.1), warmup: 0, epochs: 11, stepsPerEpoch: 1)
        #expect((3..<14).map(warm.factor) == (0..<11).map(alone.factor))
    }

    @Test func impossibleSchedulesAreExplained() {
        let flaws: [(Schedule, Double, String)] = [
            (
                .constant, 9,
                "the schedule has a warm-up of 9.0 epochs in 9; expected at least 0 and fewer than all of them."
            ),
            (.step(epochs: 0, factor: 0.5), 0, "the schedule steps every 0 epochs; expected at least 1."),
            (
                .step(epochs: 3, factor: 2), 0,
                "the schedule has the factor 2.0 a step; expected a number between 0 and 1."
            ),
            (
                .step(epochs: 8, factor: 0.5), 1,
                "the schedule steps every 8 epochs, but only 9 are to be trained, 1.0 of them warm-up. Train longer, or step more often."
            ),
            (
                .cosine(final: 1), 0,
                "the schedule falls to 1.0 of the learning rate; expected a share of at least 0 and below 1."
            ),
            (
                .oneCycle(rise: 0), 0,
                "the schedule rises for 0.0 of the steps; expected a share between 0 and 1."
            ),
            (
                .oneCycle(rise: 0.3), 1,
                "the schedule is one cycle, which rises by itself. Leave the warm-up out."
            ),
            (
                .reduceOnPlateau(epochs: 9, factor: 0.5), 0,
                "the schedule is reduced after 9 epochs without a lower loss, but only 9 are to be trained. Train longer, or be less patient."
            ),
        ]
        for (schedule, warmup, sentence) in flaws {
            let error = #expect(throws: TrainingError.self) { try schedule.check(warmup: warmup, epochs: 9) }
            #expect(error?.description == sentence)
        }
        #expect(throws: Never.self) { try Schedule.step(epochs: 3, factor: 0.1).check(warmup: 1, epochs: 9) }
        #expect(throws: Never.self) { try Schedule.oneCycle(rise: 0.3).check(warmup: 0, epochs: 1) }
    }

    @Test func impossibleOptimizersAreExplained() {
        func sentence(_ rule: OptimizerSettings.Rule, _ change: (inout OptimizerSettings) -> Void) -> String {
            var settings = OptimizerSettings(rule)
            change(&settings)
            do {
                try settings.check("stage joint: the optimizer")
                return ""
            } catch { return error.description }
        }
        #expect(
            sentence(.sgd) { $0.momentum = 1 }
                == "stage joint: the optimizer has momentum 1.0; expected a number of at least 0 and below 1."
        )
        #expect(
            sentence(.adam) { $0.momentum = 0.9 }
                == "stage joint: the optimizer has momentum 0.9, which adam does not use. Leave momentum out, or set the first of betas."
        )
        #expect(
            sentence(.sgd) { $0.isNesterov = true }
                == "stage joint: the optimizer uses Nesterov's momentum but has momentum 0. Set momentum, usually to 0.9."
        )
        #expect(sentence(.rmsprop) { $0.isNesterov = true }.contains("which rmsprop does not use"))
        #expect(sentence(.adamw) { $0.decay = 0.5 }.contains("has decay 0.5, which adamw does not use"))
        #expect(sentence(.sgd) { $0.betas = [0.5, 0.9] }.contains("which sgd does not use"))
        #expect(sentence(.adam) { $0.betas = [0.5] }.contains("two numbers"))
        #expect(sentence(.sgd) { $0.epsilon = 1e-3 }.contains("has epsilon 0.001, which sgd does not use"))
        #expect(sentence(.adam) { $0.epsilon = 0 }.contains("a number greater than 0"))
        #expect(sentence(.adam) { $0.weightDecay = -1 }.contains("has weight decay -1.0"))
        for rule in OptimizerSettings.Rule.allCases {
            #expect(sentence(rule) { $0.weightDecay = 0.1 }.isEmpty)
        }
    }

    @Test func searchSuggestsWhereTheLossFallsFastest() {
        var finder = LearningRateFinder(from: 1e-6, to: 10, steps: 71, smoothing: 0)
        // Falls around 1e-3, is lowest about 1e-1, explodes at 1.
        var rates: [Float] = []
        while let rate = finder.learningRate {
            rates.append(rate)
            let place = Double(rates.count - 1) / 10 - 6
            let fall = place < -4 ? 0 : place < -2 ? (place + 4) / 2 : 1
            let slow = place < -2 ? 0 : min(place + 2, 1) * 0.1
            finder.record(loss: 2 - fall * fall * (3 - 2 * fall) - slow + (place > -1 ? (place + 1) * 8 : 0))
        }
        let result = finder.result
        #expect(rates.first == 1e-6)
        #expect(abs(rates[10] / 1e-5 - 1) < 1e-5)
        #expect(result.diverged)
        #expect(rates.count < 71)
        #expect(result.points.map(\.learningRate) == rates)
        #expect(abs((result.suggestion ?? 0) / 1e-3 - 1) < 0.01)
        #expect(abs((result.cautiousSuggestion ?? 0) / 1e-2 - 1) < 0.01)
    }

    @Test func searchIsNotMisledByTheNoiseOfItsFirstLosses() throws {
        var finder = LearningRateFinder(from: 1e-7, to: 1, steps: 100)
        let noise = [0.6, -0.5, -0.4, 0.3, 0.1, -0.2, 0.1]
        while let rate = finder.learningRate {
            let number = finder.result.points.count
            let fall: Double = rate < 1e-4 ? 0 : rate < 1e-2 ? 0.4 : 0.8
            finder.record(loss: 1 + (number < noise.count ? noise[number] : 0) - fall)
        }
        let suggestion = try #require(finder.result.suggestion)
        #expect(suggestion > 5e-5)
    }

    @Test func searchSmoothsLossesWithoutABiasAtItsStart() {
        var finder = LearningRateFinder(steps: 3, smoothing: 0.5)
        for loss in [4.0, 1.0, 1.0] { finder.record(loss: loss) }
        #expect(finder.result.points.map(\.smoothedLoss) == [4, 2, 10.0 / 7])
        #expect(finder.learningRate == nil)
        #expect(finder.result.points.last?.learningRate == 1)
        #expect(!finder.result.diverged)
    }

    @Test func searchWithoutAFallSuggestsNothingAndNoNumberEndsIt() {
        var finder = LearningRateFinder()
        finder.record(loss: 1)
        finder.record(loss: 2)
        #expect(finder.result.suggestion == nil)
        finder.record(loss: .nan)
        #expect(finder.learningRate == nil)
        #expect(finder.result.diverged)
        #expect(finder.result.points.count == 2)
    }

    private func near(_ one: Float, _ other: Float) -> Bool {
        abs(one - other) <= 2e-6 * max(abs(other), 1e-3)
    }

    private func near(_ one: [Float], _ other: [Float]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { near($0, $1) }
    }
}
