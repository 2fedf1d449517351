import GraftDatasets
import GraftImages
import GraftNetworks
import GraftTensors
import GraftTraining
import Testing

@testable import GraftInsight

/// What advice is measured with, and what follows from it.
@Suite struct AdviceTests {
    private let rows: [[Float]] = [
        [1, 2, 0.5], [2, 1, 0.25], [0, 1, 1], [3, 0, 2], [1, 1, 1], [4, 2, 0],
    ]

    /// Against NumPy: K (K + 0.2 I)⁻¹ (Y - mean) + mean, of the standardized rows.
    @Test func probeAnswersAsKernelRidgeDoes() async {
        let matrix = await GramMatrix(rows, threads: 2)
        let targets: [[Float]] = [[1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [0, 1]]
        let probe = RidgeProbe(matrix, chosen: [0, 1, 2, 3, 4], targets: targets, ridge: 0.2)
        let expected: [(Int, [Float])] = [
            (5, [1.229355, -0.229355]), (1, [0.788696, 0.211304]),
        ]
        for (picture, answer) in expected {
            for (found, wanted) in zip(probe.answer(picture, matrix), answer) {
                #expect(abs(found - wanted) < 1e-5)
            }
        }
    }

    @Test func featuresThatAreTheSameEverywhereTellNothing() async {
        let constant = await GramMatrix(rows.map { $0 + [7] }, threads: 1)
        let plain = await GramMatrix(rows, threads: 3)
        // A fourth feature without spread only changes the number that all is divided by.
        for index in plain.values.indices {
            #expect(abs(plain.values[index] * 0.75 - constant.values[index]) < 1e-6)
        }
        let mean = GramMatrix(meanOf: [plain, constant])
        #expect(abs(mean[2, 3] - (plain[2, 3] + constant[2, 3]) / 2) < 1e-6)
    }

    /// Pictures of classes around directions of their own.
    private func pictures(
        _ count: Int, noise: Float, copies: Int = 1
    ) async throws -> (ProbePictures, GramMatrix) {
        var generator = CounterGenerator(seed: 9)
        let centres = (0..<3).map { _ in (0..<24).map { _ in generator.nextNormal() } }
        var (rows, targets, groups): ([[Float]], [Target], [Int]) = ([], [], [])
        for picture in 0..<count {
            let label = picture % 3
            let row = centres[label].map { $0 + noise * generator.nextNormal() }
            for _ in 0..<copies {
                rows.append(row)
                targets.append(.label(copies > 1 ? Int(generator.next(below: 3)) : label))
                groups.append(picture)
            }
        }
        let pictures = try ProbePictures(
            .classification, targets: targets, width: 3, groups: groups, folds: 5)
        return (pictures, await GramMatrix(rows, threads: 2))
    }

    @Test func clearClassesAreTold() async throws {
        let (pictures, matrix) = try await pictures(90, noise: 0.5)
        let score = try await pictures.score(matrix)
        #expect(score.metrics.top1 == 1 && score.metrics.images == 90)
        #expect(pictures.neighbourScore(matrix) == 1)
        let interval = try score.interval()
        #expect(interval.upperBound == 1 && interval.lowerBound > 0.94 && interval.lowerBound < 0.97)
        // Six pictures of each class are enough here, and their number is kept.
        #expect(try await pictures.score(matrix, share: 0.25).metrics.top1 > 0.9)
    }

    @Test func copiesWithAnyLabelTellNothing() async throws {
        // Each picture stands there three times with labels by chance: only copies in other parts could tell them.
        let (pictures, matrix) = try await pictures(120, noise: 5, copies: 3)
        let score = try await pictures.score(matrix)
        #expect(score.metrics.top1 < 0.45)
        #expect(try !score.isClearlyBetter(than: score, by: 0))
    }

    @Test func betterOfTwoIsToldFromTheSamePictures() async throws {
        let (pictures, clear) = try await pictures(90, noise: 0.5)
        let (_, dim) = try await self.pictures(90, noise: 4)
        let (good, bad) = (try await pictures.score(clear), try await pictures.score(dim))
        #expect(try good.isClearlyBetter(than: bad, by: 0.01))
        #expect(try !bad.isClearlyBetter(than: good, by: 0.01))
        // Not by more than there is.
        #expect(try !good.isClearlyBetter(than: bad, by: 1))
    }

    @Test(arguments: [LearningTask.multiLabel, .regression])
    func othersTasksAreTold(task: LearningTask) async throws {
        var generator = CounterGenerator(seed: 4)
        var (rows, targets): ([[Float]], [Target]) = ([], [])
        for _ in 0..<100 {
            let row = (0..<6).map { _ in generator.nextNormal() }
            rows.append(row)
            targets.append(
                task == .regression
                    ? .numbers([Double(row[0]) * 30 + 500, Double(row[1] - row[2])])
                    : .labels((0..<2).filter { row[$0] > 0 }))
        }
        let pictures = try ProbePictures(
            task, targets: targets, width: 2, groups: Array(0..<100), folds: 5)
        let score = try await pictures.score(await GramMatrix(rows, threads: 1))
        #expect(score.metrics.score > 0.97 && score.metrics.scoreName == (task == .regression ? "R²" : "mAP"))
        #expect(pictures.neighbourScore(await GramMatrix(rows, threads: 1)) == nil)
        let interval = try score.interval()
        #expect(interval.contains(score.metrics.score) && interval.lowerBound > 0.9)
        let other = try await pictures.score(await GramMatrix(rows.map { [$0[3], $0[4]] }, threads: 1))
        #expect(try score.isClearlyBetter(than: other, by: 0.1))
    }

    @Test func curveTellsWhatMorePicturesGive() throws {
        // Errors that halve with each doubling: 0.4, 0.2, 0.1, and then 0.05.
        let steps = [
            Advice.Step(pictures: 100, score: 0.6), Advice.Step(pictures: 200, score: 0.8),
            Advice.Step(pictures: 400, score: 0.9),
        ]
        #expect(abs(try #require(LearningCurve.gainOfTwice(steps)) - 0.05) < 1e-9)
        #expect(LearningCurve.gainOfTwice(Array(steps.prefix(1))) == nil)
        #expect(LearningCurve.gainOfTwice([steps[0], Advice.Step(pictures: 200, score: 1)]) == nil)
        // What gets worse promises nothing.
        #expect(LearningCurve.gainOfTwice([steps[1], Advice.Step(pictures: 400, score: 0.7)]) == 0)
    }

    private func recipe(
        _ pictures: Int, _ score: Float, isMirrorSafe: Bool = true, depths: [Double] = []
    ) async throws -> Recipe {
        let (probe, matrix) = try await self.pictures(90, noise: score)
        var choice = AdvisedRecipe(
            pictures: pictures, classes: 3, task: .classification, score: try await probe.score(matrix))
        choice.isMirrorSafe = isMirrorSafe
        let figure = try Advice.Figure(try await probe.score(matrix))
        choice.depths = depths.enumerated().map { index, score in
            var probe = figure
            probe.score = score
            return Advice.Depth(layer: "block\(index)", probe: probe)
        }
        return try choice.recipe(base: "efficientnet_lite0", inputSize: 160)
    }

    @Test func recipeFollowsFromWhatWasMeasured() async throws {
        let solved = try await recipe(300, 0.5)
        #expect(solved.stages.count == 1 && solved.base == "efficientnet_lite0" && solved.inputSize == 160)
        let usual = try await recipe(300, 4, depths: [0.5, 0.7, 0.72])
        #expect(
            usual.stages.map(\.trainable) == [.head, .share(0.6)] && usual.stages[1].alternatives.isEmpty)
        #expect(usual.stages[1].augmentation.horizontalFlip)
        #expect(try await recipe(300, 4, isMirrorSafe: false).stages[1].augmentation.horizontalFlip == false)
        // Earlier features that tell more, or very many pictures: all layers.
        #expect(try await recipe(300, 4, depths: [0.5, 0.8, 0.7]).stages[1].trainable == .all)
        #expect(try await recipe(30_000, 4, depths: [0.5, 0.7, 0.72]).stages[1].trainable == .all)
        #expect(try Recipe(yaml: usual.yaml, path: "a.yaml") == usual)
    }
}
