import Foundation
import GraftExecution
import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

@testable import GraftTraining

/// Checkpoints as files, whole and damaged.
@Suite struct CheckpointTests {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/checkpoint-\(UInt64.random(in: 0 ... .max))"
    }

    private func checkpoint() throws -> Checkpoint {
        let parameters = ParameterStore(["top/logits/bias": Tensor([0.5, -1], shape: [2])])
        let metrics = Metrics(images: 2, loss: .infinity, top1: 0.5, top5: 1)
        let report = EpochReport(epoch: 1, loss: 0.1 + 0.2, validation: metrics)
        var schedule = LearningRateCurve.State()
        (schedule.reduction, schedule.best, schedule.waited) = (0.25, 0.1, 2)
        return Checkpoint(
            identity: ["data": "abc", "seed": "1"], finished: "{}", parameters: parameters, stage: 1,
            progress: StageProgress(
                epochs: 1, steps: 3, lossSum: 1.0 / 3, parameters: parameters, reports: [report],
                best: BestEpoch(report: report, parameters: parameters),
                optimizer: OptimizerState(step: 9, moments: [[[1, 2], [3, 4]], []]), schedule: schedule,
                average: ParameterAverage.State(step: 4, values: [[7, 8]])))
    }

    @Test func everythingIsReadAsItWasWritten() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try Checkpoint.read(path) == nil)
        let written = try checkpoint()
        try written.write(to: path)
        let read = try #require(try Checkpoint.read(path))
        #expect(read.identity == written.identity)
        #expect(read.finished == written.finished && read.stage == 1)
        #expect(read.parameters["top/logits/bias"] == written.parameters["top/logits/bias"])
        let (now, before) = (try #require(read.progress), try #require(written.progress))
        #expect(now.epochs == 1 && now.steps == 3 && now.lossSum == 1.0 / 3)
        #expect(now.reports == before.reports && now.best?.report == before.best?.report)
        #expect(now.optimizer == before.optimizer)
        #expect(now.schedule == before.schedule)
        #expect(now.average == before.average)
    }

    @Test func everyFlippedBitAndEveryShorterFileIsRefusedByName() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try checkpoint().write(to: path)
        let whole = Array(try #require(FileManager.default.contents(atPath: path)))
        func refusal(_ bytes: [UInt8]) throws -> String? {
            try Data(bytes).write(to: URL(filePath: path))
            do {
                _ = try Checkpoint.read(path)
                return nil
            } catch let error as TrainingError {
                return error.problem.description
            }
        }
        for position in whole.indices {
            var bytes = whole
            bytes[position] ^= 1 << UInt8(position % 8)
            let words = try refusal(bytes)
            #expect(words?.hasPrefix(path) == true, "byte \(position)")
        }
        for count in stride(from: 0, to: whole.count, by: 7) {
            let words = try refusal(Array(whole.prefix(count)))
            #expect(words?.hasPrefix(path) == true, "\(count) bytes")
        }
        #expect(
            try refusal(Array(whole.dropLast(4) + [0, 0, 0, 1]))
                == "\(path) is damaged: its checksum is another one; expected a checkpoint of this version of Graft. Delete it and start again."
        )
        #expect(try refusal(whole) == nil)
    }
}
