import GraftDatasets
import GraftFiles
import Testing

/// Which folders are parts, and which are classes.
@Suite struct FolderLayoutTests {
    let work: Workspace

    init() throws { work = try Workspace() }

    /// Two pictures in each of these folders.
    func make(_ folders: [String]) throws {
        for (index, folder) in folders.enumerated() { try work.pictures(2, in: folder, from: 10 * index) }
    }

    func message() -> String? {
        do { _ = try ImageFolder(work.path) } catch {
            return "\(error)".replacing(work.path, with: "DATA")
        }
        return nil
    }

    @Test(arguments: [
        ("Training", "Testing", Part.test), ("TRAIN", "Valid", .validation),
        ("train_set", "dev", .validation),
        ("train2017", "val2017", .validation), ("training images", "eval", .validation),
        ("trainset", "testset", .test), ("seg_train", "seg_test", .test), ("train", "holdout", .validation),
        ("training_data", "Validation-Data", .validation),
    ]) func partsHaveManyNames(training: String, other: String, part: Part) throws {
        try make(["\(training)/cats", "\(training)/dogs", "\(other)/cats", "\(other)/dogs"])
        let data = try ImageFolder(work.path)
        #expect(data.classes == ["cats", "dogs"])
        #expect(data.samples.count { $0.part == .train } == 4)
        #expect(data.samples.count { $0.part == part } == 4)
    }

    @Test func foldersThatAllHoldTheSameFoldersAreRefusedWithBothReadings() throws {
        try make(["A/cats", "A/dogs", "B/cats", "B/dogs"])
        #expect(
            message()
                == "DATA has folders that all hold the folders cats, dogs: A, B. These are either parts of the data, with "
                + "the classes cats, dogs, or classes themselves; expected only one reading. If they are parts, name "
                + "them train, validation and test; if they are classes, say so by the label pattern {label}/*/*."
        )
        let data = try DatasetReader.open(
            work.path, options: DatasetOptions(labelPattern: "{label}/*/*"))
        #expect(data.classes == ["A", "B"])
    }

    @Test func unknownNameBesideTheTrainingPartIsDoubt() throws {
        try make(["train/cats", "train/dogs", "second/cats", "second/dogs"])
        #expect(message()?.contains("either parts of the data") == true)
    }

    @Test func classesMayHoldFoldersOfTheirOwn() throws {
        try make(["cats/2019", "cats/2020", "dogs/spring", "dogs/2020", "birds"])
        #expect(try ImageFolder(work.path).classes == ["birds", "cats", "dogs"])
        let other = try Workspace()
        for (index, name) in ["cats/images", "dogs/images"].enumerated() {
            try other.pictures(2, in: name, from: 10 * index)
        }
        #expect(try ImageFolder(other.path).classes == ["cats", "dogs"])
    }

    @Test(arguments: ["images", "data/photos"]) func oneFolderTooManyIsNamed(around: String) throws {
        try make(["\(around)/cats", "\(around)/dogs"])
        try work.write([1], to: "readme.txt")
        #expect(
            message()
                == "DATA has one folder too many around the classes: \(around) holds the folders cats, dogs; "
                + "expected the folder with the classes in it. Give DATA/\(around).")
    }

    @Test func oneFolderTooManyAroundThePartsIsNamed() throws {
        try make(["archive/train/cats", "archive/train/dogs", "archive/test/cats", "archive/test/dogs"])
        #expect(message()?.hasSuffix("Give DATA/archive.") == true)
    }

    @Test func oneFolderTooManyInEachPartIsNamed() throws {
        try make([
            "seg_train/seg_train/sea", "seg_train/seg_train/street", "seg_test/seg_test/sea",
            "seg_test/seg_test/street",
        ])
        #expect(
            message()
                == "DATA has one folder too many in each part: the classes seem to be the folders in "
                + "DATA/seg_test/seg_test and DATA/seg_train/seg_train; expected the class folders in the folder of the "
                + "part. Move what is in DATA/seg_test/seg_test one folder up, and so in the other parts.")
    }

    @Test func oneClassAloneIsNoFolderTooMany() throws {
        try make(["cats"])
        #expect(try ImageFolder(work.path).classes == ["cats"])
    }

    @Test func foldersBesidePartsAreLeftOutByName() throws {
        try make(["train/a", "train/b", "val/a", "val/b", "extra"])
        try work.write(Workspace.picture(9), to: "val/loose.tif")
        let data = try ImageFolder(work.path)
        #expect(data.samples.count == 8)
        #expect(
            data.inventory.leftOut.map(\.message) == [
                "extra/ is beside the parts train, val, and its name is that of no part.",
                "val/loose.tif is a picture in no class folder.",
            ])
    }

    @Test func partsWithoutClassFoldersSayNoClasses() throws {
        try make(["train", "test"])
        let error = #expect(throws: DatasetError.self) { try ImageFolder(work.path) }
        #expect(error?.code == .noClasses)
        #expect(
            message()?.hasPrefix(
                "DATA holds 4 pictures in the folders of its parts but no folders of pictures.")
                == true)
    }
}
