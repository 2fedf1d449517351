import GraftDatasets
import GraftExecution
import GraftFiles
import GraftImages
import GraftNetworks
import GraftTensors
import GraftTraining
import Synchronization
import Testing

@testable import GraftModels

@Suite struct PredictorTests {
    let pictures: TinyPictures
    let model: ModelBundle

    init() async throws {
        pictures = try TinyPictures()
        let dataset = try pictures.dataset(.classification, ["dark", "light"], count: 40) { level in
            .label(level > 125 ? 1 : 0)
        }
        model = try await pictures.learning(dataset).train()
    }

    private func predictor(threads: Int = 2, views: Int = 1, waiting: Int = 4096) throws -> Predictor {
        var settings = Predictor.Settings()
        (settings.threads, settings.viewCount, settings.waitingLimit) = (threads, views, waiting)
        return try Predictor(model, settings: settings)
    }

    @Test func fileItsBytesAndItsPixelsHaveTheSameAnswer() async throws {
        let image = TinyPictures.picture(level: 200, seed: 77)
        let path = try pictures.write(image, "one.png")
        let predictor = try predictor()
        let file = try await predictor.answer(to: .file(path))
        #expect(file.best?.label == "light")
        #expect(file.predictions?.count == 2)
        #expect(try await predictor.answer(to: .bytes(FileContents.read(path), name: "upload")) == file)
        #expect(try await predictor.answer(to: .pixels(image, name: "pixels")) == file)
        #expect(try await model.predict(path) == file)
    }

    @Test(arguments: [1, 2, 5])
    func answersOfAStreamAreInOrderAndThoseOfSingleCalls(threads: Int) async throws {
        let predictor = try predictor(threads: threads)
        let images = (0..<23).map { Picture.pixels(.init(level: 10 * $0, $0), name: "\($0)") }
        var alone: [Answer] = []
        for image in images { alone.append(try await predictor.answer(to: image)) }
        #expect(Set(alone).count == 23)
        var (names, answers): ([String], [Answer?]) = ([], [])
        for try await answer in predictor.answers(for: images) {
            names.append(answer.name)
            answers.append(answer.answer)
        }
        #expect(names == (0..<23).map { "\($0)" })
        #expect(answers == alone)
    }

    @Test func picturesThatCannotBeUsedAreNamedAndTheOthersAnswered() async throws {
        let good = try pictures.write(TinyPictures.picture(level: 30, seed: 1), "good.png")
        let missing = "\(pictures.root)/missing.png"
        let found = Mutex<[String]>([])
        for try await answer in try predictor().answers(
            for: [.file(missing), .file(good), .bytes([1, 2, 3], name: "upload")])
        {
            switch answer.outcome {
            case .success(let answer): found.withLock { $0.append(answer.best?.label ?? "") }
            case .failure(let error): found.withLock { $0.append("\(error)") }
            }
        }
        let lines = found.withLock { $0 }
        #expect(lines.count == 3 && lines[1] == "dark")
        #expect(lines[0].hasPrefix("\(missing) ") && lines[2].hasPrefix("upload "))
        await #expect(throws: PictureError.self) { try await predictor().answer(to: .file(missing)) }
    }

    @Test func plansAreMadeOnceAndManyTasksMayAsk() async throws {
        let predictor = try predictor(threads: 2)
        let image = Picture.pixels(TinyPictures.picture(level: 60, seed: 5), name: "x")
        let first = try await predictor.answer(to: image)
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<200 { group.addTask { try await predictor.answer(to: image) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 200 && answers.allSatisfy { $0 == first })
    }

    @Test func moreCallsThanMayWaitAreRefused() async throws {
        let predictor = try predictor(threads: 1, waiting: 0)
        let image = Picture.pixels(TinyPictures.picture(level: 60, seed: 5), name: "x")
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<300 {
                group.addTask { (try? await predictor.answer(to: image)) != nil }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(true) && outcomes.contains(false))
        // Nothing is stuck afterwards.
        #expect(try await predictor.answer(to: image).best != nil)
    }

    @Test func cancelledTaskGetsNoAnswerAndAStreamStops() async throws {
        let predictor = try predictor()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await predictor.answer(to: .file("x"))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let read = Mutex(0)
        let endless = (0..<100_000).lazy.map { number -> Picture in
            read.withLock { $0 += 1 }
            return .pixels(TinyPictures.picture(level: number % 200, seed: number), name: "\(number)")
        }
        var answered = 0
        for try await _ in predictor.answers(for: endless) {
            answered += 1
            if answered == 10 { break }
        }
        // Only a few are read ahead.
        #expect(read.withLock { $0 } <= 10 + 2 * 4 + 2)
    }

    @Test func settingsThatCannotBeAreRefused() throws {
        func message(_ change: (inout Predictor.Settings) -> Void) -> String {
            var settings = Predictor.Settings()
            change(&settings)
            do {
                _ = try Predictor(model, settings: settings)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message { $0.threads = 0 } == "The number of threads is 0; expected 1 to 1024.")
        #expect(message { $0.viewCount = 0 } == "The number of views is 0; expected 1 to 1024.")
        #expect(message { $0.precision = .int8 }.hasPrefix("The model was not calibrated for int8."))
        #expect(message { _ in } == "")
    }

    @Test func severalViewsAreAveraged() async throws {
        let image = Picture.pixels(TinyPictures.picture(level: 118, seed: 9), name: "x")
        let one = try await predictor().answer(to: image)
        let four = try await predictor(views: 4).answer(to: image)
        #expect(one != four)
        #expect(try await predictor(views: 4).answer(to: image) == four)
        #expect(abs(four.outputs.reduce(0, +) - 1) < 1e-5)
    }

    @Test func verificationFindsTheSameAnswersAndOtherParametersAreFound() async throws {
        let verification = try await model.verify()
        #expect(verification.isMet && verification.largestDifference == 0)
        var other = model
        let bias = try #require(model.parameters["top/dense/bias"])
        other.parameters["top/dense/bias"] = .init(
            bias.floats.map { $0 + 3 * ($0 > 0 ? 1 : -1) }, shape: bias.shape)
        #expect(try await !other.verify().isMet)
    }
}

extension PixelImage {
    fileprivate init(level: Int, _ seed: Int) { self = TinyPictures.picture(level: level, seed: seed) }
}
