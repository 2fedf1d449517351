import Foundation
import GraftDatasets
import GraftTensors
import Testing

@testable import GraftTraining

/// Metrics against scikit-learn's (Conformance/metrics.py).
@Suite struct MetricsTests {
    struct Fixture: Decodable {
        var seed: UInt64
        var pictures: Int
        var classes: Int
        var numbers: Int
        var positives: [Int]
        var averagePrecisions: [Double]
        var meanAveragePrecision: Double
        var meanAbsolute: [Double]
        var rootMeanSquare: [Double]
        var determination: [Double]
    }

    let fixture: Fixture

    init() throws { fixture = try TrainingFixture.load("metrics") }

    @Test func topFiveCountsTheFirstFiveOfMany() throws {
        var sum = try LogitsSum(.classification, outputs: 7, loss: .crossEntropy)
        let falling: [Float] = [7, 6, 5, 4, 3, 2, 1]
        for label in falling.indices { try sum.add(falling, .label(label)) }
        let metrics = sum.detailed
        #expect(metrics.all.images == 7)
        #expect(metrics.all.top1 == 1.0 / 7)
        #expect(metrics.all.top5 == 5.0 / 7)
        // log Σ exp(x − 7) less the logits' mean distance from 7.
        let exponentials = (0..<7).map { exp(-Double($0)) }
        let loss = log(exponentials.reduce(0, +)) + 3
        #expect(abs(metrics.all.loss - loss) < 1e-5)
        #expect(metrics.classes.map(\.top5) == [1, 1, 1, 1, 1, 0, 0])
        #expect(metrics.classes.map(\.images) == [Int](repeating: 1, count: 7))
        #expect(metrics.all.meanAveragePrecision == nil && metrics.all.errors == nil)
    }

    @Test func equalLogitsAreNotAllCountedAsRight() throws {
        var sum = try LogitsSum(.classification, outputs: 4, loss: .crossEntropy)
        for label in 0..<4 { try sum.add([0.25, 0.25, 0.25, 0.25], .label(label)) }
        #expect(sum.metrics.top1 == 0.25)
    }

    @Test func logitsThatAreNoNumbersAreNotCountedAsRight() throws {
        var sum = try LogitsSum(.classification, outputs: 7, loss: .crossEntropy)
        for label in 0..<7 { try sum.add([Float](repeating: .nan, count: 7), .label(label)) }
        #expect(sum.metrics.top1 == 0)
        #expect(sum.metrics.top5 == 0)
        #expect(sum.metrics.loss.isNaN)
    }

    @Test func intervalIsWilsons() throws {
        // statsmodels.stats.proportion.proportion_confint(397, 400, method="wilson")
        let interval = Metrics(images: 400, loss: 0, top1: 397.0 / 400, top5: 1).top1Interval
        #expect(abs(interval.lowerBound - 0.978184) < 1e-5)
        #expect(abs(interval.upperBound - 0.997446) < 1e-5)
    }

    @Test func averagePrecisionsAreScikitLearns() throws {
        let scores = numbers("scores", fixture.classes).map { ($0 * 4).rounded(.toNearestOrEven) / 4 }
        let noise = numbers("noise", fixture.classes)
        var sum = try LogitsSum(.multiLabel, outputs: fixture.classes, loss: .binaryCrossEntropy)
        for picture in 0..<fixture.pictures {
            let row = picture * fixture.classes
            let labels = (0..<fixture.classes - 1).filter { scores[row + $0] + noise[row + $0] > 1 }
            try sum.add(Array(scores[row..<row + fixture.classes]), .labels(labels))
        }
        let metrics = sum.detailed
        #expect(metrics.classes.map(\.images) == fixture.positives)
        #expect(near(metrics.classes.compactMap(\.meanAveragePrecision), fixture.averagePrecisions))
        // The class without pictures is left out.
        #expect(metrics.classes.last?.meanAveragePrecision == nil)
        #expect(near([metrics.all.meanAveragePrecision ?? 0], [fixture.meanAveragePrecision]))
    }

    @Test func averagePrecisionOfAnOrderIsCountedByHand() throws {
        // Found at ranks 1 and 3 of 4: (1/1 + 2/3) / 2.
        let byHand = (1 + 2.0 / 3) / 2
        #expect(AveragePrecision.area([4, 3, 2, 1], [true, false, true, false]) == byHand)
        // All at once: 2 of 4, in any order.
        #expect(AveragePrecision.area([1, 1, 1, 1], [true, false, true, false]) == 0.5)
        #expect(AveragePrecision.area([1, .nan], [false, true]) == 0.5)
        #expect(AveragePrecision.area([1, 2], [false, false]) == nil)
    }

    @Test func oneOfSeveralClassesFirstIsRight() throws {
        var sum = try LogitsSum(.multiLabel, outputs: 3, loss: .binaryCrossEntropy)
        try sum.add([1, 5, 0], .labels([0, 1]))
        try sum.add([1, 0, 5], .labels([0, 1]))
        try sum.add([1, 0, 0], .labels([]))
        let metrics = sum.detailed
        #expect(metrics.all.images == 3)
        // The picture without a class is neither right nor wrong.
        #expect(metrics.all.top1 == 0.5)
        #expect(metrics.classes.map(\.top1) == [0, 0.5, 0])
    }

    @Test func errorsOfNumbersAreScikitLearnsInTheirUnits() throws {
        let expected = numbers("numbers", fixture.numbers).map { 3 * $0 + 10 }
        let errors = numbers("errors", fixture.numbers)
        let standardization = Standardization(mean: [9, 11], deviation: [2, 4])
        var sum = try LogitsSum(
            .regression, outputs: fixture.numbers, loss: .meanSquaredError, standardization: standardization)
        for picture in 0..<fixture.pictures {
            let row = picture * fixture.numbers..<(picture + 1) * fixture.numbers
            let found = standardization.standardized(row.map { Double(expected[$0]) + Double(errors[$0]) })
            try sum.add(found, .numbers(expected[row].map { Double($0) }))
        }
        let metrics = sum.metrics
        #expect(near(metrics.errors?.map(\.meanAbsolute) ?? [], fixture.meanAbsolute))
        #expect(near(metrics.errors?.map(\.rootMeanSquare) ?? [], fixture.rootMeanSquare))
        #expect(near(metrics.errors?.compactMap(\.determination) ?? [], fixture.determination))
        // The loss is one of standardised numbers.
        let standardized = zip(fixture.rootMeanSquare, [2.0, 4]).map { $0 / $1 }
        let loss = standardized.reduce(0) { $0 + $1 * $1 / 2 }
        #expect(abs(metrics.loss - loss) < 1e-5)
        #expect(sum.detailed.classes.isEmpty)
    }

    @Test func numbersThatAreAllTheSameHaveNoDetermination() throws {
        var sum = try LogitsSum(.regression, outputs: 1, loss: .meanAbsoluteError)
        let expected = NumberErrors(meanAbsolute: 2, rootMeanSquare: 5.0.squareRoot(), determination: nil)
        for found in [4, 8] as [Float] { try sum.add([found], .numbers([5])) }
        #expect(sum.metrics.errors == [expected])
        #expect(sum.metrics.loss == 2)
        #expect(sum.metrics.top1 == 0)
    }

    @Test func metricsOfOlderModelsAreRead() throws {
        let old = #"{"images": 4, "loss": 0.5, "top1": 0.75, "top5": 1}"#
        let metrics = try JSONDecoder().decode(Metrics.self, from: Data(old.utf8))
        #expect(metrics == Metrics(images: 4, loss: 0.5, top1: 0.75, top5: 1))
        let full = Metrics(
            images: 4, loss: 0.5, top1: 0.75, top5: 1, meanAveragePrecision: 0.5,
            errors: [NumberErrors(meanAbsolute: 1, rootMeanSquare: 2, determination: 0.5)])
        #expect(try JSONDecoder().decode(Metrics.self, from: JSONEncoder().encode(full)) == full)
    }

    private func numbers(_ purpose: String, _ width: Int) -> [Float] {
        var generator = CounterGenerator(seed: fixture.seed, purpose: "metrics/\(purpose)")
        return (0..<fixture.pictures * width).map { _ in generator.nextNormal() }
    }

    private func near(_ one: [Double], _ other: [Double]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 }
    }
}

/// Metrics of what a network gives in training: logits or standardised numbers.
private struct LogitsSum {
    private let task: LearningTask
    private let outputs: [String]
    private let stage: Stage
    private let standardization: Standardization?
    private var fold: any MetricsFold

    init(
        _ task: LearningTask, outputs: Int, loss: Loss, standardization: Standardization? = nil
    ) throws {
        self.task = task
        self.outputs = (0..<outputs).map { "output \($0)" }
        self.standardization = standardization
        var stage = Stage(name: "metrics", trainable: .head)
        stage.loss = loss
        self.stage = stage
        fold = try task.learning().metrics(width: outputs)
    }

    mutating func add(_ output: [Float], _ target: Target) throws {
        let objective = try Objective(
            task, outputs: outputs, targets: [target], stage: stage, training: [],
            standardization: standardization)
        objective.add(output.span, pictures: [0], to: &fold)
    }

    var detailed: DetailedMetrics { fold.detailed }
    var metrics: Metrics { fold.detailed.all }
}
