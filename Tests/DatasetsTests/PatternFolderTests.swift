import GraftDatasets
import GraftFiles
import GraftImages
import Testing

@Suite struct PatternFolderTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    func write(_ names: String...) throws {
        for (index, name) in names.enumerated() { try work.write(Workspace.picture(index), to: name) }
    }

    /// The class of each picture, or nothing where it has none.
    func labels(_ pattern: String) throws -> [String] {
        let data = try DatasetReader.open(work.path, options: DatasetOptions(labelPattern: pattern))
        return data.samples.map { $0.label.map { data.classes[$0] } ?? "" }
    }

    func message(_ pattern: String) -> String? {
        do { _ = try labels(pattern) } catch { return "\(error)" }
        return nil
    }

    @Test(arguments: [
        ("cat.0.tif", "{label}.*.tif", "cat"),
        ("great_dane_12.tif", "{label}_*.tif", "great_dane"),
        ("x/y/red-3.tif", "*/*/{label}-*", "red"),
        ("x/y/red-3.tif", "*/{label}/*", "y"),
        ("x/y/red-3.tif", "*/{label}-*", ""),
        ("x/y/red-3.tif", "{label}-*", ""),
        ("img_7_dog.tif", "*_*_{label}.tif", "dog"),
        ("-.tif", "{label}-*", ""),
        ("(a)[b]+.tif", "({label})[b]+.tif", "a"),
        ("größe é.tif", "größe {label}.tif", "é"),
    ]) func patternsFindTheClass(path: String, pattern: String, label: String) throws {
        try write(path, "fits")
        try work.write(Workspace.picture(7), to: "other.tif")
        if label.isEmpty {
            #expect(message(pattern)?.contains("does not fit") == true)
        } else {
            #expect(try labels(pattern).contains(label))
        }
    }

    @Test func longestLabelsOfRepeatedStarsTakeNoTime() throws {
        let name = String(repeating: "a", count: 200)
        try write(name + ".tif")
        #expect(
            message("{label}" + String(repeating: "*a", count: 90) + "b")?.contains("does not fit") == true)
        #expect(try labels(String(repeating: "*a", count: 90) + "{label}.tif").first?.count == 110)
    }

    @Test func picturesThatDoNotFitAreLeftOutByName() async throws {
        try write("cat.0.tif", "dog.1.tif", "readme.tif")
        try work.write([1], to: "notes.txt")
        let data = try PatternFolder(work.path, pattern: "{label}.*.tif")
        #expect(data.classes == ["cat", "dog"])
        #expect(data.inventory.leftOut.map(\.path) == ["notes.txt"])
        let report = DoctorReport(data, try await Doctor.examine(data, threads: 1))
        #expect(
            report.findings(.leftOut).map(\.message) == [
                "readme.tif does not fit the label pattern {label}.*.tif.", "notes.txt is not a picture.",
            ]
        )
        #expect(report.usableCount == 2)
        let split = try Split(
            data, try await Doctor.examine(data, threads: 1), validationFraction: 0.5, seed: 1)
        #expect(split.members.map(\.className) == ["cat", "dog"])
    }

    @Test func foldersOfPartsStillGiveTheParts() throws {
        try write("train/cat.0.tif", "train/dog.1.tif", "val/cat.2.tif")
        let data = try PatternFolder(work.path, pattern: "*/{label}.*.tif")
        #expect(data.samples.map(\.part) == [.train, .train, .validation])
        #expect(data.samples.map(\.label) == [0, 1, 0])
    }

    @Test func uselessPatternsAreErrors() throws {
        try write("cat.0.tif")
        #expect(
            message("*.tif")
                == "The label pattern *.tif has no {label}; expected it once, where the class is named, as in {label}.*.jpg."
        )
        #expect(message("{label}/{label}")?.contains("has {label} 2 times") == true)
        #expect(
            message("{label}.*.jpg")
                == "\(work.path) holds 1 picture that the label pattern {label}.*.jpg does not fit, such as cat.0.tif. "
                + "Write a pattern that fits whole paths: * stands for anything but a slash.")
    }

    @Test func otherChoicesHaveNoEffectOnFolders() throws {
        try write("a/1.tif", "b/2.tif")
        for (options, words) in [
            (DatasetOptions(object: .largest), "The choice of the largest object has no effect on"),
            (DatasetOptions(labels: .fine), "The choice of fine labels has no effect on"),
            (DatasetOptions(task: .regression), "The task regression does not suit"),
        ] {
            let error = #expect(throws: DatasetError.self) {
                try DatasetReader.open(work.path, options: options)
            }
            #expect(
                error?.description.hasPrefix("\(words) \(work.path), which is a folder of class folders")
                    == true)
        }
        #expect(throws: Never.self) {
            try DatasetReader.open(work.path, options: DatasetOptions(task: .classification))
        }
    }
}
