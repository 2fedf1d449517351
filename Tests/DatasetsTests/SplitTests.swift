import GraftDatasets
import GraftFiles
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct SplitTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    func examined() async throws -> (ImageFolder, [Examination]) {
        let folder = try ImageFolder(work.path)
        return (folder, try await Doctor.examine(folder, threads: 2))
    }

    func counts(_ split: Split, _ part: Part) -> [String: Int] {
        split.members.filter { $0.part == part }.reduce(into: [:]) { $0[$1.className, default: 0] += 1 }
    }

    @Test func partsHaveTheProportionsOfTheWhole() async throws {
        try work.pictures(50, in: "a")
        try work.pictures(10, in: "b", from: 100)
        try work.pictures(3, in: "c", from: 200)
        try work.pictures(2, in: "d", from: 300)
        try work.pictures(1, in: "e", from: 400)
        let (folder, examinations) = try await examined()
        let split = try Split(folder, examinations, validationFraction: 0.2, seed: 1)
        // 66 x 0.2 = 13.2.
        #expect(counts(split, .validation) == ["a": 9, "b": 2, "c": 1, "d": 1])
        #expect(split.count(of: .train) == 53)
        #expect(split.origin == .drawn)
    }

    @Test func seedDecidesAndNothingElse() async throws {
        try work.pictures(20, in: "a")
        try work.pictures(20, in: "b", from: 100)
        let (folder, examinations) = try await examined()
        let first = try Split(folder, examinations, validationFraction: 0.3, seed: 5)
        #expect(try Split(folder, examinations, validationFraction: 0.3, seed: 5) == first)
        #expect(try Split(folder, examinations, validationFraction: 0.3, seed: 6) != first)
        let backwards = DatasetSubset(folder, indices: folder.samples.indices.reversed())
        let again = try Split(backwards, examinations.reversed(), validationFraction: 0.3, seed: 5)
        #expect(Set(again.members) == Set(first.members))
        // A regression value: a saved seed must mean the same split in later versions.
        let chosen = first.members.filter { $0.part == .validation }.map(\.path)
        #expect(chosen == Self.regression)
    }

    static let regression = [
        "a/14.tif", "a/19.tif", "a/2.tif", "a/5.tif", "a/7.tif", "a/9.tif", "b/102.tif", "b/103.tif",
        "b/106.tif",
        "b/107.tif", "b/111.tif", "b/115.tif",
    ]

    @Test func samePicturesAreNeverOnBothSides() async throws {
        for copy in 0..<4 {
            for number in 0..<6 { try work.write(Workspace.picture(number), to: "a/\(number)-\(copy).tif") }
            for number in 3..<9 { try work.write(Workspace.picture(number), to: "b/\(number)-\(copy).tif") }
        }
        let (folder, examinations) = try await examined()
        for seed in 0..<30 {
            let split = try Split(folder, examinations, validationFraction: 0.25, seed: UInt64(seed))
            let train = Set(split.members.filter { $0.part == .train }.map(\.digest))
            let validation = Set(split.members.filter { $0.part == .validation }.map(\.digest))
            #expect(train.isDisjoint(with: validation))
            #expect(counts(split, .validation).count == 2 && counts(split, .train).count == 2)
        }
    }

    @Test func classOfOnePictureManyTimesStaysInTraining() async throws {
        for copy in 0..<5 { try work.write(Workspace.picture(1), to: "a/\(copy).tif") }
        try work.pictures(5, in: "b", from: 10)
        let (folder, examinations) = try await examined()
        let split = try Split(folder, examinations, validationFraction: 0.4, seed: 3)
        #expect(counts(split, .train)["a"] == 5)
        #expect((counts(split, .validation)["b"] ?? 0) >= 1)
    }

    @Test func givenPartsHoldAndATestPartStaysAside() async throws {
        try work.pictures(4, in: "train/a")
        try work.pictures(4, in: "train/b", from: 10)
        try work.pictures(2, in: "test/a", from: 20)
        var (folder, examinations) = try await examined()
        var split = try Split(folder, examinations, validationFraction: 0.25, seed: 3)
        #expect(Part.allCases.map(split.count(of:)) == [6, 2, 2])
        try work.pictures(1, in: "val/a", from: 30)
        (folder, examinations) = try await examined()
        split = try Split(folder, examinations, validationFraction: 0.25, seed: 3)
        #expect(Part.allCases.map(split.count(of:)) == [8, 1, 2])
        #expect(split.origin == .given && split.seed == nil)
        #expect(
            split.indices(of: .validation, in: folder).map { folder.samples[$0].path } == ["val/a/30.tif"])
    }

    @Test func badFilesAreInNoPart() async throws {
        try work.pictures(3, in: "a")
        try work.pictures(3, in: "b", from: 10)
        try work.write([], to: "a/empty.jpg")
        let (folder, examinations) = try await examined()
        let split = try Split(folder, examinations, validationFraction: 0.2, seed: 1)
        #expect(split.members.count == 6)
        let data = try JSONEncoder().encode(split)
        #expect(try JSONDecoder().decode(Split.self, from: data) == split)
    }

    @Test(arguments: [0, 1, -0.5, .nan])
    func fractionOutOfRangeIsAnError(fraction: Double) async throws {
        try work.pictures(3, in: "a")
        let (folder, examinations) = try await examined()
        let error = #expect(throws: DatasetError.self) {
            try Split(folder, examinations, validationFraction: fraction, seed: 1)
        }
        #expect(
            error?.description
                == "The validation split is \(fraction); expected a number above 0 and below 1.")
    }

    @Test func limitKeepsProportionsAndEveryClass() throws {
        try work.pictures(60, in: "train/a")
        try work.pictures(30, in: "train/b", from: 100)
        try work.pictures(2, in: "train/c", from: 200)
        try work.pictures(30, in: "val/a", from: 300)
        let folder = try ImageFolder(work.path)
        let subset = try DatasetSubset(folder, limit: 20, seed: 4)
        let labels = subset.samples.filter { $0.part == .train }.map(\.label)
        #expect(subset.samples.count == 20)
        #expect([0, 1, 2].map { label in labels.filter { $0 == label }.count } == [9, 5, 1])
        #expect(
            try DatasetSubset(folder, limit: 20, seed: 4).samples.map(\.path) == subset.samples.map(\.path))
        #expect(
            try DatasetSubset(folder, limit: 20, seed: 5).samples.map(\.path) != subset.samples.map(\.path))
        #expect(try DatasetSubset(folder, limit: 1000, seed: 4).samples.count == 122)
        #expect(throws: DatasetError.self) { try DatasetSubset(folder, limit: 0, seed: 4) }
    }
}
