import GraftDatasets
import GraftFiles
import GraftImages
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Samples with the targets of a test, one different picture each.
struct TargetDataset: Dataset {
    let root = "data"
    let task: LearningTask
    let classes: [String]
    let samples: [Sample]

    /// Samples without a part, or with the parts given.
    init(_ task: LearningTask, _ classes: [String], _ targets: [Target], parts: [Part?] = []) {
        self.task = task
        self.classes = classes
        samples = targets.enumerated().map { index, target in
            let part = index < parts.count ? parts[index] : nil
            return Sample(path: "\(index).png", target: target, part: part, file: "/none/\(index).png")
        }
    }

    /// As if all pictures could be read, and no two were the same but those with equal names in `contents`.
    func examinations(contents: [String] = []) -> [Examination] {
        samples.indices.map { index in
            let content = index < contents.count ? contents[index] : "\(index)"
            return Examination(
                path: samples[index].path, digest: SHA256Digest(of: Array(content.utf8)),
                outcome: .usable(format: .png, width: 1, height: 1))
        }
    }

    func report(contents: [String] = []) -> DoctorReport {
        DoctorReport(self, examinations(contents: contents))
    }

    var obstacles: [String] { Doctor.obstacles(to: self, examinations()).map(\.description) }
}

@Suite struct TargetTests {
    @Test func onlyASingleLabelIsALabel() {
        let data = TargetDataset(.classification, ["a", "b"], [.label(1), .labels([0, 1]), .numbers([1])])
        #expect(data.samples.map(\.label) == [1, nil, nil])
    }

    @Test func tasksHaveTheNamesThatPeopleWrite() {
        #expect(LearningTask.builtIn.map(\.name) == ["classification", "multi-label", "regression"])
    }

    // Class a is everywhere, b in 20 pictures, c in 5 of these: 10 pictures have none.
    static let manyLabels = TargetDataset(
        .multiLabel, ["a", "b", "c"],
        (0..<60).map { .labels($0 < 5 ? [0, 1, 2] : $0 < 20 ? [0, 1] : $0 < 50 ? [0] : []) })

    @Test func severalLabelsAreSplitByTheRarest() throws {
        let data = Self.manyLabels
        for seed in 0..<20 {
            let split = try Split(
                data, data.examinations(), validationFraction: 0.2, seed: UInt64(seed))
            let names = split.members.filter { $0.part == .validation }.map(\.className)
            let counts = names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            #expect(counts == ["a;b;c": 1, "a;b": 3, "a": 6, "": 2])
        }
    }

    @Test func limitKeepsTheRareClasses() throws {
        let subset = try DatasetSubset(Self.manyLabels, limit: 12, seed: 3)
        let counts = subset.samples.reduce(into: [:]) { $0[$1.target, default: 0] += 1 }
        #expect(
            counts == [.labels([0, 1, 2]): 1, .labels([0, 1]): 3, .labels([0]): 6, .labels([]): 2])
        #expect(subset.task == .multiLabel)
    }

    @Test func numbersAreSplitAtRandom() throws {
        let data = TargetDataset(.regression, ["width"], (0..<50).map { .numbers([Double($0)]) })
        let split = try Split(data, data.examinations(), validationFraction: 0.3, seed: 1)
        #expect(split.count(of: .validation) == 15)
        #expect(split.members.allSatisfy { $0.className == "" })
        let other = try Split(data, data.examinations(), validationFraction: 0.3, seed: 2)
        #expect(other.members != split.members)
    }

    @Test func doctorCountsAPictureForEachOfItsClasses() {
        let report = Self.manyLabels.report()
        #expect(report.usableCount == 60)
        #expect(report.unlabelledCount == 10)
        #expect(report.classes.map(\.train) == [50, 20, 5])
        #expect(
            report.lines(limit: 0)[..<2] == [
                "photos    60 pictures, 3 classes, any number to a picture: a 50, b 20, c 5; 10",
                "          of no class",
            ])
        #expect(
            report.findings.map(\.message) == [
                "Class c has only 5 pictures to train on; expected 10 or more.",
                "The classes are unbalanced: a has 50 pictures to train on, c has 5.",
            ])
    }

    @Test func classThatNoPictureHasIsAWarningWhereThereMayBeSeveral() {
        let data = TargetDataset(.multiLabel, ["a", "b"], (0..<20).map { .labels($0 < 10 ? [0] : []) })
        #expect(data.obstacles == [])
        #expect(
            data.report().findings(.warning).map(\.message) == [
                "Class b has no usable picture to train on: it cannot be learned."
            ])
    }

    @Test func doctorTellsTheRangeOfNumbers() throws {
        let data = TargetDataset(
            .regression, ["width", "depth"],
            (0..<40).map { .numbers([Double($0) / 3, 1234.56]) })
        let report = data.report()
        #expect(
            report.lines() == [
                "photos    40 pictures, 2 numbers: width 0 to 13 (mean 6.5), depth 1235 to 1235",
                "          (mean 1235)",
                "warning   The number depth is 1235 in every picture: there is nothing to learn.",
            ])
        #expect(report.classes.isEmpty && report.usableCount == 40)
        #expect(data.obstacles == [])
        let json = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(DoctorReport.self, from: json) == report)
    }

    @Test func oneNumberIsEnoughButOnePictureIsNot() {
        let one = TargetDataset(.regression, ["width"], [.numbers([3])])
        #expect(
            one.obstacles == [
                "data has only 1 usable picture to train on; expected at least 2. Add pictures."
            ])
        let untrained = TargetDataset(
            .regression, ["width"], [.numbers([3]), .numbers([4])], parts: [.validation, .validation])
        #expect(
            untrained.obstacles == [
                "data has no usable picture to train on; expected at least 1. Add pictures."
            ])
        let fine = TargetDataset(
            .regression, ["width"], [.numbers([3]), .numbers([4])], parts: [.train, .validation])
        #expect(fine.obstacles == [])
    }

    @Test func samePictureWithOtherTargetsIsToldInTheirTerms() {
        let labels = TargetDataset(.multiLabel, ["a", "b"], [.labels([0]), .labels([]), .labels([0])])
        #expect(
            labels.report(contents: ["x", "x", "x"]).findings.map(\.message).filter { $0.contains("same") }
                == [
                    "1.png is the same picture as 0.png, but its classes are nothing, not a.",
                    "2.png is the same picture as 1.png, but its classes are a, not nothing.",
                ])
        let numbers = TargetDataset(.regression, ["x", "y"], [.numbers([1, 0.5]), .numbers([2, 0.5])])
        #expect(
            numbers.report(contents: ["x", "x"]).findings.map(\.message).contains(
                "1.png is the same picture as 0.png, but its numbers are 2, 0.5, not 1, 0.5."))
    }
}
