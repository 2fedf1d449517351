import Foundation
import GraftDatasets
import GraftFiles
import GraftImages
import GraftTraining
import Synchronization
import Testing

@testable import GraftModels

/// What is evaluated is what is answered.
@Suite struct EvaluatorTests {
    let pictures: TinyPictures

    init() throws { pictures = try TinyPictures() }

    private func evaluator(_ model: ModelBundle) -> Evaluator {
        var evaluator = Evaluator(model)
        evaluator.home = pictures.home
        return evaluator
    }

    @Test func featuresThatAreKeptGiveTheSameEvaluationAsComputedOnes() async throws {
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 32) { level in
            .label(level > 125 ? 1 : 0)
        }
        let model = try await pictures.learning(dataset, epochs: 5).train()
        var fresh = evaluator(model)
        fresh.usesCache = false
        let computed = try await fresh.evaluate(dataset)
        let cached = Mutex<[Int]>([])
        // Training has kept them.
        let found = try await evaluator(model).evaluate(
            dataset, onProgress: { progress in cached.withLock { $0.append(progress.cached) } })
        #expect(found == computed)
        #expect(cached.withLock { $0.last } == 8)
        var other = evaluator(model)
        other.home = .init("\(pictures.root)/other")
        #expect(try await other.evaluate(dataset) == computed)
        #expect(try await other.evaluate(dataset) == computed)
    }

    @Test func evaluationOfClassesIsAFoldOverAnswers() async throws {
        let dataset = try pictures.dataset(.classification, ["dark", "grey", "light"], count: 60) { level in
            .label(min(level / 80, 2))
        }
        let model = try await pictures.learning(dataset, epochs: 12).train()
        let evaluation = try await evaluator(model).evaluate(dataset)
        let predictor = try Predictor(model)
        var (loss, right, count) = (0.0, 0, 0)
        var classes: [String: (right: Int, count: Int)] = [:]
        for sample in dataset.samples where sample.part == .validation {
            let answer = try await predictor.answer(to: .file("\(pictures.root)/\(sample.path)"))
            let name = dataset.classes[sample.target.classes[0]]
            // Through JSON, as another program has it.
            let text = try JSONEncoder().encode(answer)
            let object = try JSONDecoder().decode([String: [Prediction]].self, from: text)
            let predictions = try #require(object["predictions"])
            let own = try #require(predictions.first { $0.label == name })
            loss -= log(own.probability)
            count += 1
            let isRight = predictions[0].label == name
            right += isRight ? 1 : 0
            classes[name, default: (0, 0)].count += 1
            classes[name, default: (0, 0)].right += isRight ? 1 : 0
        }
        #expect(count == 15 && evaluation.images == 15 && evaluation.part == "validation")
        #expect(evaluation.loss == loss / 15)
        #expect(evaluation.top1 == Double(right) / 15)
        for entry in evaluation.classes {
            let found = try #require(classes[entry.name])
            #expect(entry.images == found.count && entry.top1 == Double(found.right) / Double(found.count))
        }
        // The epoch that was kept saw the same pictures, and summed in 32 bits.
        #expect(abs(evaluation.loss - model.validation.loss) < 1e-5)
        #expect(evaluation.top1 == model.validation.top1)
    }

    @Test func severalClassesAndNumbersAreEvaluatedInTheirOwnWay() async throws {
        let labels = try pictures.dataset(.multiLabel, ["bright", "very bright"], count: 48) { level in
            .labels(level > 170 ? [0, 1] : level > 100 ? [0] : [])
        }
        let many = try await evaluator(pictures.learning(labels).train()).evaluate(labels)
        #expect(try #require(many.meanAveragePrecision) > 0.9)
        let numbers = try pictures.dataset(.regression, ["level", "half"], count: 48) { level in
            .numbers([Double(level), Double(level) / 2])
        }
        let model = try await pictures.learning(numbers, epochs: 80).train()
        let evaluation = try await evaluator(model).evaluate(numbers)
        let errors = try #require(evaluation.numbers)
        #expect(errors.map(\.name) == ["level", "half"])
        #expect(errors[0].errors.meanAbsolute < 20 && errors[0].errors.meanAbsolute > 0)
        #expect(abs(errors[0].errors.meanAbsolute - 2 * errors[1].errors.meanAbsolute) < 8)
        // The same numbers in another order are compared with those of the same name.
        let swapped = TinyDataset(
            root: pictures.root, task: .regression, classes: ["half", "level"],
            samples: numbers.samples.map {
                Sample(
                    path: $0.path, target: .numbers($0.target.numbers.reversed()), part: $0.part,
                    file: "\(pictures.root)/\($0.path)")
            })
        let again = try await evaluator(model).evaluate(swapped)
        #expect(again.numbers == evaluation.numbers && again.loss == evaluation.loss)
        let fewer = TinyDataset(
            root: pictures.root, task: .regression, classes: ["half"], samples: numbers.samples)
        await #expect(throws: SettingError.self) { try await evaluator(model).evaluate(fewer) }
    }

    @Test func picturesThatTheModelWasTrainedOnDoNotCount() async throws {
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 24) { level in
            .label(level > 125 ? 1 : 0)
        }
        let model = try await pictures.learning(dataset).train()
        let all = TinyDataset(
            root: pictures.root, task: .classification, classes: dataset.classes,
            samples: dataset.samples.map {
                Sample(path: $0.path, target: $0.target, part: nil, file: "\(pictures.root)/\($0.path)")
            })
        let honest = try await evaluator(model).evaluate(all)
        #expect(honest.images == 6 && honest.trainedOn == 18 && honest.part == "all")
        var generous = evaluator(model)
        generous.includesTrainingPictures = true
        #expect(try await generous.evaluate(all).images == 24)
    }

    @Test func dataOfAnotherTaskOrWithOtherClassesIsRefused() async throws {
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 16) { level in
            .label(level > 125 ? 1 : 0)
        }
        let model = try await pictures.learning(dataset, epochs: 2).train()
        func message(_ task: LearningTask, _ names: [String]) async -> String {
            let other = TinyDataset(
                root: "data", task: task, classes: names, samples: dataset.samples)
            do {
                _ = try await evaluator(model).evaluate(other)
                return ""
            } catch { return "\(error)" }
        }
        #expect(
            await message(.multiLabel, ["dark", "light"])
                == "data is data for multi-label; expected data for classification, for which the model was"
                + " trained.")
        #expect(
            await message(.classification, ["dark", "cats"])
                == "data has the class cats, which the model does not know; expected only classes of the model"
                + " (dark, light). Name the folders like the model's classes.")
    }
}
