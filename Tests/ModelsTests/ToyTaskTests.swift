import Foundation
import GraftDatasets
import GraftExecution
import GraftFiles
import GraftNetworks
import GraftTraining
import Testing

@testable import GraftModels

/// A task that Graft does not know: how many stars a picture has, from 1 to 5, as one number that is trained
/// with Huber's loss, rounded for people, and judged by how often it is off by less than one star.
struct Stars: LearningRules {
    let name = "stars"
    let classesPerPicture = ClassesPerPicture.none

    var activation: NetworkOperation? { nil }
    var usualLoss: Loss { .huber(delta: 1) }
    func takes(_ loss: Loss) -> Bool { loss == .huber(delta: 1) }
    var lossWords: String { "Huber's" }
    var isStandardized: Bool { true }

    func standardization(of targets: [Target], width: Int) -> Standardization? {
        Standardization(mean: [3], deviation: [1])
    }

    func batch(_ targets: [Target], width: Int, _ standardization: Standardization?) -> BatchTargets {
        .rows(targets.map { Float($0.numbers[0] - 3) }, count: targets.count)
    }

    func metrics(width: Int) -> any MetricsFold { StarMetrics() }

    func loss(of outputs: [Float], _ target: Target, _ standardization: Standardization?) -> Double {
        abs(Double(outputs[0]) - target.numbers[0])
    }

    func answer(_ outputs: [Float], names: [String]) -> Answer {
        let stars = Double(min(max(outputs[0].rounded(), 1), 5))
        return Answer(outputs, numbers: [PredictedNumber(name: names[0], value: stars)])
    }

    var outputWords: String { "stars" }
    var namesOneClass: Bool { false }
    var allowsViews: Bool { true }
    func example(width: Int) -> Target { .numbers([3]) }
}

/// The share of pictures that are off by less than a star.
private struct StarMetrics: MetricsFold {
    private var (near, count, loss) = (0, 0, 0.0)

    mutating func add(_ outputs: [Float], _ target: Target, loss: Double) {
        count += 1
        self.loss += loss
        if abs(Double(outputs[0]) - target.numbers[0]) < 1 { near += 1 }
    }

    var detailed: DetailedMetrics {
        let share = Double(near) / Double(max(count, 1))
        return DetailedMetrics(
            all: Metrics(images: count, loss: loss / Double(max(count, 1)), top1: share, top5: share),
            classes: [])
    }
}

@Suite struct ToyTaskTests {
    @Test func taskOfAUsersOwnIsTrainedSavedLoadedAnsweredAndEvaluated() async throws {
        let pictures = try TinyPictures()
        let stars = LearningTask(Stars())
        let dataset = try pictures.dataset(stars, ["stars"], count: 60) { level in
            .numbers([Double(1 + level / 52)])
        }
        let model = try await pictures.learning(dataset, epochs: 60).train()
        #expect(model.validation.top1 > 0.8)
        let path = "\(pictures.root)/stars.graft"
        try model.save(to: path)

        // Whoever does not know the task cannot load the model, and is told so.
        let error = #expect(throws: ModelError.self) { try ModelBundle.load(path) }
        #expect(error?.description.contains("task") == true)
        let loaded = try ModelBundle.load(path, tasks: [stars])
        #expect(loaded.task == stars)

        let bright = TinyPictures.picture(level: 250, seed: 1000)
        let answer = try await Predictor(loaded).answer(to: .pixels(bright, name: "bright"))
        #expect(answer.numbers?.first?.name == "stars" && answer.best == nil)
        let value = try #require(answer.numbers?.first?.value)
        #expect(value == value.rounded() && value >= 4)
        var evaluator = Evaluator(loaded)
        evaluator.home = pictures.home
        let evaluation = try await evaluator.evaluate(dataset)
        #expect(evaluation.images == 15 && evaluation.top1 == model.validation.top1)
        #expect(try await loaded.verify().isMet)
    }
}
