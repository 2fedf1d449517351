import GraftExecution
import GraftFiles
import GraftTensors
import Testing

@testable import GraftTraining

/// Losses, clipping and class weights against PyTorch's and Keras' (Conformance/losses.py).
@Suite struct LossTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            var loss: String
            var smoothing: Float?
            var delta: Float?
            var targets: [Float]?
            var value: Double
            var gradient: [Float]
        }
        struct Clipping: Decodable {
            var maximum: Float
            var norm: Float
            var clipped: [Float]
        }
        var seed: UInt64
        var labels: [Int]
        var weights: [Float]
        var width: Int
        var cases: [Case]
        var clipping: Clipping
    }

    let fixture: Fixture
    let outputs: [Float]

    init() throws {
        fixture = try TrainingFixture.load("losses")
        var generator = CounterGenerator(seed: fixture.seed, purpose: "losses/outputs")
        outputs = (0..<20).map { _ in 2 * generator.nextNormal() }
    }

    @Test func valuesAndGradientsAreTheSources() throws {
        #expect(fixture.cases.count == 16)
        for (index, example) in fixture.cases.enumerated() {
            let (value, gradient) = try evaluate(example, outputs)
            #expect(abs(value - example.value) < 2e-6, "\(index) \(example.loss)")
            #expect(near(gradient, example.gradient, 1e-6), "\(index) \(example.loss) \(gradient)")
        }
    }

    @Test func gradientsAreThoseOfFiniteDifferences() throws {
        for example in fixture.cases {
            let (_, gradient) = try evaluate(example, outputs)
            for place in outputs.indices {
                var (more, less) = (outputs, outputs)
                more[place] += 1e-2
                less[place] -= 1e-2
                let numeric = (try evaluate(example, more).value - evaluate(example, less).value) / 2e-2
                #expect(abs(Float(numeric) - gradient[place]) < 1e-3, "\(example.loss) \(place)")
            }
        }
    }

    @Test func labelsAreWhatTheirRowsAre() throws {
        let labels = BatchTargets.labels(fixture.labels)
        let rows = BatchTargets.rows(labels.rows(width: 4), count: 5)
        for loss in [Loss.crossEntropy, .binaryCrossEntropy] {
            for smoothing in [Float(0), 0.2] {
                let one = evaluate(loss, outputs, labels, smoothing, nil)
                let other = evaluate(loss, outputs, rows, smoothing, nil)
                #expect(abs(one.value - other.value) < 1e-6)
                #expect(near(one.gradient, other.gradient, 1e-7))
            }
        }
    }

    @Test func furtherRowsHaveNoGradient() {
        let targets = BatchTargets.labels([2, 0])
        let (_, gradient) = evaluate(.crossEntropy, outputs, targets, 0, nil)
        #expect(gradient[8...].allSatisfy { $0 == 0 })
        #expect(
            near(
                Array(gradient[..<8]),
                evaluate(.crossEntropy, Array(outputs[..<8]), targets, 0, nil).gradient, 0))
        #expect(gradient[2] < 0)
    }

    @Test func hugeLogitsStayFinite() {
        let targets = BatchTargets.rows([1, 0], count: 1)
        let (value, gradient) = evaluate(.binaryCrossEntropy, [-500, 500], targets, 0, nil)
        #expect(value == 500)
        #expect(gradient == [-0.5, 0.5])
        #expect(evaluate(.crossEntropy, [-500, 500], .labels([0]), 0, nil).value == 1000)
    }

    @Test func picturesWithoutWeightDoNotCount() {
        let (value, gradient) = evaluate(.crossEntropy, outputs, .labels(fixture.labels), 0, [0, 0, 0, 0, 0])
        #expect(value == 0)
        #expect(gradient.allSatisfy { $0 == 0 })
    }

    @Test func impossibleLossesAreExplained() {
        let flaws: [(Loss, Float, String)] = [
            (
                .crossEntropy, 1,
                "the loss has label smoothing 1.0; expected a share of at least 0 and below 1."
            ),
            (
                .meanSquaredError, 0.1,
                "the loss is one of numbers and has label smoothing 0.1. Leave label smoothing out: numbers have no labels."
            ),
            (.huber(delta: 0), 0, "the loss is Huber's with delta 0.0; expected a number greater than 0."),
        ]
        for (loss, smoothing, sentence) in flaws {
            let error = #expect(throws: TrainingError.self) { try loss.check(labelSmoothing: smoothing) }
            #expect(error?.description == sentence)
        }
    }

    @Test func clippingByNormIsPyTorchs() {
        var gradient = outputs[..<8].map { $0 / 2 }
        let squares =
            UpdateStep.Clipping.squaredNorm(Array(gradient[..<4]).span)
            + UpdateStep.Clipping.squaredNorm(Array(gradient[4...]).span)
        #expect(abs(Float(squares.squareRoot()) - fixture.clipping.norm) < 1e-6)
        let scale = UpdateStep.Clipping.norm(fixture.clipping.maximum).scale(squaredNorm: squares)
        gradient = gradient.map { $0 * scale }
        #expect(near(gradient, fixture.clipping.clipped, 1e-6))
        #expect(UpdateStep.Clipping.norm(10).scale(squaredNorm: squares) == 1)
        #expect(UpdateStep.Clipping.norm(10).scale(squaredNorm: .nan) == 1)
        #expect(UpdateStep.Clipping.value(0.5).scale(squaredNorm: squares) == 1)
        #expect(UpdateStep.Clipping.value(0.5).limit == 0.5)
        #expect(UpdateStep.Clipping.norm(0.5).limit == .infinity)
        #expect(GradientClipping.norm(0.5).clipping == .norm(0.5))
        #expect(GradientClipping.value(3).clipping == .value(3))
    }

    @Test func normOfALongVectorIsTheSameWithAnyNumberOfThreads() {
        var generator = CounterGenerator(seed: 2)
        let vector = (0..<70_001).map { _ in generator.nextNormal() }
        let expected = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
        let alone = UpdateStep.Clipping.squaredNorm(vector.span, threads: 1)
        #expect(abs(alone - expected) < 1e-5 * expected)
        #expect(UpdateStep.Clipping.squaredNorm(vector.span, threads: 3) == alone)
    }

    @Test func balancedWeightsAreScikitLearns() throws {
        // sklearn.utils.class_weight.compute_class_weight("balanced", …) of 6, 3 and 1 pictures, and of 6 and
        // 2.
        let weights = try ClassWeights.balanced.weights(counts: [6, 3, 1], names: ["a", "b", "c"])
        #expect(near(weights, [0.5555556, 1.1111112, 3.3333333], 1e-6))
        #expect(
            near(
                try ClassWeights.balanced.weights(counts: [6, 0, 2], names: ["a", "b", "c"]), [2 / 3, 1, 2],
                1e-6))
        #expect(try ClassWeights.equal.weights(counts: [6, 3], names: ["a", "b"]) == [1, 1])
        #expect(try ClassWeights.given(["b": 5]).weights(counts: [6, 3], names: ["a", "b"]) == [1, 5])
    }

    @Test func unknownClassesAreNamed() {
        func sentence(_ given: [String: Float]) -> String? {
            #expect(throws: TrainingError.self) {
                try ClassWeights.given(given).weights(counts: [1, 2], names: ["cats", "dogs"])
            }?.description
        }
        #expect(
            sentence(["dogs": 2, "dog": 3, "cat": 3])
                == "the class weights name cat, dog, which no class is called; expected names among cats, dogs."
        )
        #expect(
            sentence(["dogs": -2])
                == "the class weights give dogs the weight -2.0; expected a number of at least 0.")
        #expect(
            sentence(["dogs": 0, "cats": 0])
                == "the class weights are 0 for every class; expected at least one above 0.")
    }

    @Test func averageFollowsTheParametersEverMoreSlowly() {
        var average = ParameterAverage(decay: 0.4, count: 1)
        var expected: Float = 0
        for step in 0..<9 {
            let value = Float(step * step)
            average.nextStep()
            average.update(0, [value, -value].span)
            // (1 + t) / (10 + t) passes 0.4 at t = 5.
            let kept = step >= 5 ? 0.4 : Float(1 + step) / Float(10 + step)
            expected = step == 0 ? value : kept * expected + (1 - kept) * value
            #expect(near(average.values(0), [expected, -expected], 1e-4), "step \(step)")
        }
        var restored = ParameterAverage(decay: 0.4, count: 1, threads: 2)
        restored.state = average.state
        for again in [1, 2] as [Float] {
            average.nextStep()
            average.update(0, [again, 3].span)
            restored.nextStep()
            restored.update(0, [again, 3].span)
        }
        #expect(restored.state == average.state)
    }

    // MARK: Calls

    private func evaluate(_ example: Fixture.Case, _ outputs: [Float]) throws -> (
        value: Double, gradient: [Float]
    ) {
        let losses: [String: Loss] = [
            "crossEntropy": .crossEntropy, "binaryCrossEntropy": .binaryCrossEntropy,
            "meanSquaredError": .meanSquaredError, "meanAbsoluteError": .meanAbsoluteError,
            "huber": .huber(delta: example.delta ?? 0.7),
        ]
        let targets = example.targets.map { BatchTargets.rows($0, count: 5) } ?? .labels(fixture.labels)
        return evaluate(
            try #require(losses[example.loss]), outputs, targets, example.smoothing ?? 0, fixture.weights)
    }

    private func evaluate(
        _ loss: Loss, _ outputs: [Float], _ targets: BatchTargets, _ smoothing: Float, _ weights: [Float]?
    ) -> (value: Double, gradient: [Float]) {
        let width = outputs.count == 2 ? 2 : 4
        var gradient = [Float](repeating: 7, count: outputs.count)
        var span = gradient.mutableSpan
        let sum = loss.sum(
            outputs.span, width: width, targets: targets, labelSmoothing: smoothing, weights: weights,
            gradient: &span)
        let value = sum.mean
        gradient = gradient.map { $0 * sum.gradientScale }
        let alone = loss.evaluate(
            outputs.span, width: width, targets: targets, labelSmoothing: smoothing, weights: weights)
        #expect(value == alone)
        return (value, gradient)
    }

    private func near(_ one: [Float], _ other: [Float], _ tolerance: Float) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) <= tolerance }
    }
}
