import GraftDatasets
import GraftTensors
import Testing

@testable import GraftInsight

@Suite struct LabelJudgeTests {
    /// Vectors of length 1 around one direction a class, with some of the labels changed.
    private func judge(_ count: Int, classes: Int, wrong: [Int], seed: UInt64 = 5) -> LabelJudge {
        var generator = CounterGenerator(seed: seed)
        let width = 32
        let centres = (0..<classes).map { _ in (0..<width).map { _ in generator.nextNormal() } }
        var (vectors, labels): ([[Float]], [Int]) = ([], [])
        for picture in 0..<count {
            let label = picture % classes
            let vector = centres[label].map { $0 + 0.4 * generator.nextNormal() }
            let length = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            vectors.append(vector.map { $0 / length })
            labels.append(wrong.contains(picture) ? (label + 1) % classes : label)
        }
        return LabelJudge(
            paths: (0..<count).map { "\($0).png" }, vectors: vectors, labels: labels,
            classes: (0..<classes).map { "class\($0)" },
            folds: Folds(labels: labels, groups: Array(0..<count), count: 5))
    }

    @Test(arguments: [2, 4])
    func plantedWrongLabelsComeFirst(classes: Int) async {
        let wrong = [3, 40, 77, 101]
        let found = await judge(160, classes: classes, wrong: wrong).findings(threads: 2).filter {
            $0.kind == .wrongLabel
        }
        #expect(Set(found.prefix(4).compactMap(\.path)) == Set(wrong.map { "\($0).png" }))
        #expect(found.prefix(4).allSatisfy { $0.severity == .warning && ($0.score ?? 0) > 0.8 })
        #expect(zip(found, found.dropFirst()).allSatisfy { ($0.score ?? 0) >= ($1.score ?? 0) })
        #expect(found[0].message.contains("is almost certainly no class"))
    }

    @Test func rightLabelsAreNotCalledCertainlyWrong() async {
        let found = await judge(160, classes: 4, wrong: []).findings(threads: 2)
        #expect(!found.contains { $0.kind == .wrongLabel && $0.severity == .warning })
    }

    @Test func fewPicturesOfAClassAreNotJudged() async {
        let found = await judge(16, classes: 4, wrong: [1]).findings(threads: 2)
        #expect(found.isEmpty)
    }

    @Test func pictureUnlikeAllOthersIsAnOutlier() async {
        var judge = judge(120, classes: 3, wrong: [])
        var generator = CounterGenerator(seed: 99)
        let vector = (0..<32).map { _ in generator.nextNormal() }
        let length = vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
        var vectors = judge.vectors
        vectors[7] = vector.map { -$0 / length }
        judge = LabelJudge(
            paths: judge.paths, vectors: vectors, labels: judge.labels, classes: judge.classes,
            folds: judge.folds)
        let found = await judge.findings(threads: 2).filter { $0.kind == .outlier }
        #expect(found.first?.path == "7.png")
    }

    @Test func foldsSpreadClassesAndKeepGroupsTogether() {
        let labels = (0..<100).map { $0 % 3 }
        let groups = (0..<100).map { $0 == 9 ? 0 : $0 }
        let folds = Folds(labels: labels, groups: groups, count: 5)
        #expect(folds.parts[9] == folds.parts[0])
        for part in 0..<5 {
            for label in 0..<3 {
                let count = labels.indices.count { labels[$0] == label && folds.parts[$0] == part }
                #expect((5...9).contains(count))
            }
        }
    }
}
