import GraftExecution
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

import struct Foundation.Data
import struct Foundation.URL

@testable import GraftTraining

/// Numbers in checkpoints and in the cache that no run of Graft writes.
@Suite struct HostileNumbersTests {
    private func progress(epochs: Int = 2) -> StageProgress {
        let metrics = Metrics(images: 2, loss: 0.5, top1: 0.5, top5: 1)
        let reports = (1...max(epochs, 1)).map { EpochReport(epoch: $0, loss: 1, validation: metrics) }
        return StageProgress(
            epochs: epochs, steps: 3, lossSum: 1, parameters: ParameterStore(), reports: reports,
            best: BestEpoch(report: reports[0], parameters: ParameterStore()),
            optimizer: OptimizerState(step: 10 * epochs + 3, moments: []),
            schedule: LearningRateCurve.State(),
            average: ParameterAverage.State(step: 10 * epochs + 3, values: []))
    }

    @Test func progressOfARunIsTaken() throws {
        try progress().check(epochs: 5, stepsPerEpoch: 10)
        var begun = progress()
        (begun.epochs, begun.steps, begun.reports, begun.best) = (0, 0, [], nil)
        (begun.optimizer.step, begun.average) = (0, nil)
        try begun.check(epochs: 5, stepsPerEpoch: 10)
    }

    @Test func countsThatCannotBeAreRefusedByName() {
        let cases: [(String, (inout StageProgress) -> Void)] = [
            ("epochs are done", { $0.epochs = .max }), ("epochs are done", { $0.epochs = -1 }),
            ("epochs are done", { $0.reports[1].epoch = .min }),
            ("steps of an epoch", { $0.steps = .max }), ("steps of an epoch", { $0.steps = .min }),
            ("was the best", { $0.best?.report.epoch = .min }),
            ("was the best", { $0.best?.report.epoch = 3 }),
            ("optimizer took", { $0.optimizer.step = .max }), ("optimizer took", { $0.average?.step = .max }),
            ("waited for", { $0.schedule.waited = .max }), ("waited for", { $0.schedule.reduction = .nan }),
        ]
        for (words, change) in cases {
            var hostile = progress()
            change(&hostile)
            let error = #expect(throws: TrainingError.self) {
                try hostile.check(epochs: 5, stepsPerEpoch: 10)
            }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
        }
    }

    @Test(arguments: [
        "[4611686018427387904]", "[4611686018427387904, 1]", "[1099511627776]", "[9223372036854775807, 2]",
        "[-1]", "[0]",
    ])
    func descriptionOfTheCacheWithAnAbsurdShapeIsUnreadable(shape: String) throws {
        let fixture = FeatureCacheFixture()
        fixture.fill(0..<3)
        let path = fixture.folder() + "/collection.json"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let start = try #require(text.firstRange(of: "\"shape\" : ["))
        let end = try #require(text[start.upperBound...].firstIndex(of: "]"))
        let hostile = text[..<start.lowerBound] + "\"shape\" : " + shape + text[text.index(after: end)...]
        try Data(hostile.utf8).write(to: URL(fileURLWithPath: path))
        #expect(fixture.cache().list().map { $0.description == nil } == [true])
        // The features are found by what they are, whatever that file says.
        #expect(fixture.cache().open(fixture.description()).contains(fixture.digest(1)))
    }
}
